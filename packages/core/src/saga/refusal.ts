import type { Problem } from '../domain/error.ts'
import { isNovakitError, problemOf } from '../domain/error.ts'

/** What it means that an answer could not be recorded. */
export type RecordingVerdict =
  /** The store is away, or the operation is another's: nothing can be written about it now. */
  | { readonly kind: 'not_ours' }
  /** The step asks to be run again. */
  | { readonly kind: 'again' }
  /** The step's own predicate did not hold: it has failed. */
  | { readonly kind: 'refused'; readonly problem: Problem }
  /** The store, or the step's code, refuses what is to be written. It goes on being tried, and somebody is told. */
  | { readonly kind: 'trouble'; readonly problem: Problem }

const notOurs: ReadonlySet<string> = new Set([
  'operation.lease_lost',
  'storage.busy',
  'storage.closed',
  'storage.unknown_commit',
  'storage.unreachable',
])

export function verdictOn(error: unknown): RecordingVerdict {
  const problem = problemOf(error)
  if (notOurs.has(problem.code)) return { kind: 'not_ours' }
  if (problem.code === 'operation.again') return { kind: 'again' }
  const trouble = !isNovakitError(error) || problem.code.startsWith('storage.')
  return { kind: trouble ? 'trouble' : 'refused', problem }
}
