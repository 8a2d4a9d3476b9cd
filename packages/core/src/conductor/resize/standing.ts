import type { InstanceRow } from '../../storage/cell/tables.ts'
import type { ResizeRequest } from '../../lifecycle/index.ts'
import { moves } from '../../domain/server/moves.ts'

/** The guest's epochs on its way: where it was left, where it arrives, and where it was left once it is back. */
export const arrivesAt = (epoch: number): number => epoch + 1
export const returnsAt = (epoch: number): number => epoch + 2

/**
 * Whether the server is still where the resize has brought it. Whoever took its task state away has overtaken it, and
 * finds it where it is: nothing is brought back then.
 */
export function isUnderWay(row: InstanceRow, { epoch, sequence }: ResizeRequest): boolean {
  const tasks: readonly (string | null)[] = moves.resize.through
  const mine = row.deleted_at === null && row.sequence === sequence && tasks.includes(row.task_state)
  return mine && row.epoch >= epoch && row.epoch <= returnsAt(epoch)
}

/** Whether its host is the one it goes to. */
export const isThere = (row: Pick<InstanceRow, 'epoch'>, { epoch }: { readonly epoch: number }): boolean =>
  row.epoch === arrivesAt(epoch)
