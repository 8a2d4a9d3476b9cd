import type { Kysely } from 'kysely'
import type { Operation, Report } from '../domain/operation/operation.ts'
import type { SpineTables } from './tables.ts'
import type { StoreKind } from './step.ts'
import type { Tx } from '../ports/storage.ts'
import { statement } from '../storage/index.ts'

const take = statement(
  (
    db: Kysely<SpineTables>,
    v: { now: number; report: string; operation: string; host: string; step: string; epoch: number; attempt: number },
  ) =>
    db
      .updateTable('operation')
      .set((set) => ({
        due_at: v.now,
        wakes: set('wakes', '+', 1),
        waiting_host: null,
        waiting_command: null,
        report: v.report,
      }))
      .where('id', '=', v.operation)
      .where('live', '=', 1)
      .where('waiting_host', '=', v.host)
      .where('waiting_step', '=', v.step)
      .where('waiting_epoch', '=', v.epoch)
      .where('attempt', '=', v.attempt),
)

/**
 * Takes a host's answer if a step waits for exactly it: same host, step, attempt and epoch. The caller has checked, in this
 * transaction, that the sender still holds the server at that epoch.
 * @returns false for an answer that nobody waits for: late, repeated, or from an old host. It changes nothing.
 */
export async function takeReport<Kind extends StoreKind>(tx: Tx<Kind>, report: Report): Promise<boolean> {
  const { operation, host, step, epoch, attempt } = report
  const now = await tx.now()
  const text = JSON.stringify(report)
  const { changed } = await take(tx, { now, report: text, operation, host, step, epoch, attempt })
  return changed === 1
}

/** The answer to the command that an operation's step sent in its present attempt. */
export function reportFor({ report, attempt }: Operation, step: string): Report | null {
  return report !== null && report.step === step && report.attempt === attempt ? report : null
}
