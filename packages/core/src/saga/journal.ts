import type { Instant } from '../domain/unit/units.ts'
import type { JournalEntry, JournalPhase, Operation } from '../domain/operation/operation.ts'
import type { Json } from '../domain/json.ts'

export interface NewEntry {
  readonly step: string
  readonly attempt: number
  readonly phase: JournalPhase
  readonly output?: Json
}

/** The journal with these lines added. */
export function withEntries(
  journal: readonly JournalEntry[],
  entries: readonly NewEntry[],
  at: Instant,
): readonly JournalEntry[] {
  if (entries.length === 0) return journal
  return [...journal, ...entries.map(({ output = null, ...entry }) => ({ ...entry, output, at }))]
}

/** What a finished step put out; undefined where it is not done. */
export function outputOf({ journal }: Operation, step: string): { readonly output: Json } | undefined {
  return journal.findLast((entry) => entry.step === step && entry.phase === 'done')
}
