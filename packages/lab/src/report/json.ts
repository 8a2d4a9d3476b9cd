import type { Comparison } from '../study/compare.ts'
import { figureTables } from './figures.ts'

/** The whole comparison as plain data, with the summary of each figure. @param at when it was made, as ISO 8601 */
export function jsonReport(comparison: Comparison, at: string) {
  return { format: 'novakit-lab/1', at, ...comparison, figures: figureTables(comparison) }
}
