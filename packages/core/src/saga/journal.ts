import type { Instant } from '../domain/unit/units.ts'
import type { JournalEntry, JournalPhase } from '../domain/operation/operation.ts'
import type { Json } from '../domain/json.ts'
import type { OperationId } from '../domain/ids.ts'
import type { SpineTables } from './tables.ts'
import type { StoreKind } from './step.ts'
import type { Tx } from '../ports/storage.ts'
import { instant } from '../domain/unit/units.ts'

export interface NewEntry {
  readonly step: string
  readonly attempt: number
  readonly phase: JournalPhase
  readonly output?: Json
}

/** Adds to an operation's journal. Entries are only ever added. */
export async function record<Kind extends StoreKind>(
  tx: Tx<Kind>,
  operation: OperationId,
  entries: readonly NewEntry[],
): Promise<void> {
  const at: Instant = await tx.now()
  const rows = entries.map(({ step, attempt, phase, output }) => ({
    operation,
    step,
    attempt,
    phase,
    output: JSON.stringify(output ?? null),
    at,
  }))
  await tx.db<SpineTables>().insertInto('journal').values(rows).execute()
}

/** What each finished step put out. */
export async function outputsOf<Kind extends StoreKind>(
  tx: Tx<Kind>,
  operation: OperationId,
): Promise<ReadonlyMap<string, Json>> {
  const rows = await tx
    .db<SpineTables>()
    .selectFrom('journal')
    .select(['step', 'output'])
    .where('operation', '=', operation)
    .where('phase', '=', 'done')
    .execute()
  return new Map(rows.map((row) => [row.step, JSON.parse(row.output) as Json]))
}

export async function journalOf<Kind extends StoreKind>(
  tx: Tx<Kind>,
  operation: OperationId,
): Promise<readonly JournalEntry[]> {
  const rows = await tx
    .db<SpineTables>()
    .selectFrom('journal')
    .selectAll()
    .where('operation', '=', operation)
    .orderBy('at')
    .execute()
  return rows.map((row) => ({
    ...row,
    operation,
    output: JSON.parse(row.output) as Json,
    at: instant(row.at),
  }))
}
