import type { OperationId } from '../domain/ids.ts'
import type { Operation, Report } from '../domain/operation/operation.ts'
import type { SpineTables } from './tables.ts'
import type { StoreKind } from './step.ts'
import type { Tx } from '../ports/storage.ts'
import { id, type HostName, type ServerId } from '../domain/ids.ts'

/**
 * Takes a host's answer if a step waits for exactly it: same host, step, attempt and epoch. The caller has checked, in this
 * transaction, that the sender still holds the server at that epoch.
 * @returns false for an answer that nobody waits for: late, repeated, or from an old host. It changes nothing.
 */
export async function takeReport<Kind extends StoreKind>(tx: Tx<Kind>, report: Report): Promise<boolean> {
  const now = await tx.now()
  const { numUpdatedRows } = await tx
    .db<SpineTables>()
    .updateTable('operation')
    .set((set) => ({ due_at: now, wakes: set('wakes', '+', 1), waiting_host: null, waiting_command: null }))
    .where('id', '=', report.operation)
    .where('live', '=', 1)
    .where('waiting_host', '=', report.host)
    .where('waiting_step', '=', report.step)
    .where('waiting_epoch', '=', report.epoch)
    .where('attempt', '=', report.attempt)
    .executeTakeFirst()
  if (numUpdatedRows !== 1n) return false
  await tx
    .db<SpineTables>()
    .insertInto('report')
    .values({
      operation: report.operation,
      step: report.step,
      attempt: report.attempt,
      host: report.host,
      epoch: report.epoch,
      outcome: JSON.stringify(report.outcome),
      at: now,
    })
    .execute()
  return true
}

/** The answer to the command that an operation's step sent in its present attempt. */
export async function reportFor<Kind extends StoreKind>(
  tx: Tx<Kind>,
  operation: Operation,
  step: string,
): Promise<Report | null> {
  const row = await tx
    .db<SpineTables>()
    .selectFrom('report')
    .selectAll()
    .where('operation', '=', operation.id)
    .where('step', '=', step)
    .where('attempt', '=', operation.attempt)
    .executeTakeFirst()
  if (row === undefined) return null
  return {
    operation: id<OperationId>(row.operation),
    step: row.step,
    attempt: row.attempt,
    host: id<HostName>(row.host),
    server: id<ServerId>(operation.subject),
    epoch: row.epoch,
    outcome: JSON.parse(row.outcome) as Report['outcome'],
  }
}
