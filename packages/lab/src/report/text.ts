import type { Comparison } from '../study/compare.ts'
import { summarise, type Summary } from '../statistics.ts'
import { figureTables } from './figures.ts'

/** The comparison as a table for a terminal: a line for each policy, a column for each figure. */
export function textReport(comparison: Comparison): string {
  const { workload, origin, hosts, seeds, policies, focus, compactions } = comparison
  const tables = figureTables(comparison)
  const head = ['policy', ...tables.map(({ name, unit }) => (unit === '' ? name : `${name} ${unit}`))]
  const lines = policies.map((policy, at) => [
    policy,
    ...tables.map(({ rows }) => {
      const row = rows[at]
      if (row === undefined) return ''
      const mark = row.verdict === 'better' ? '+' : row.verdict === 'worse' ? '-' : ' '
      return `${shown(row.value)}${mark}`
    }),
  ])
  if (compactions !== null) {
    head.push('hosts needed')
    for (const [at, each] of compactions.entries()) lines[at]?.push(shown(summarise(each.map((one) => one.hosts))))
  }
  const first = policies[0] ?? ''
  const notes = [
    `${workload}: ${origin}; ${hosts} hosts, ${seeds.length} seed${seeds.length === 1 ? '' : 's'}, measured by ${focus}.`,
    seeds.length > 1
      ? `Mean ± half the 95 % confidence interval. + and -: better and worse than ${first}, paired by seed.`
      : 'One seed: no confidence intervals.',
  ]
  return [notes[0], '', ...aligned([head, ...lines]), '', notes[1]].join('\n')
}

function shown({ mean, margin }: Summary): string {
  return margin === null ? short(mean) : `${short(mean)} ±${short(margin)}`
}

export function short(value: number): string {
  const size = Math.abs(value)
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2)
}

/** The figures of many policies are read down, so a table wider than a terminal is turned. */
function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const wide = widths(rows).reduce((sum, width) => sum + width + 2, 0) > 120
  const turned = wide ? (rows[0] ?? []).map((_, column) => rows.map((row) => row[column] ?? '')) : rows
  const columns = widths(turned)
  return turned.map((row, line) => {
    const cells = row.map((cell, at) => (at === 0 ? cell.padEnd(columns[at] ?? 0) : cell.padStart(columns[at] ?? 0)))
    const text = cells.join('  ').trimEnd()
    return line === 0 ? `${text}\n${columns.map((width) => '─'.repeat(width)).join('  ')}` : text
  })
}

function widths(rows: readonly (readonly string[])[]): readonly number[] {
  return (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
}
