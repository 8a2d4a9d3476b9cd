import type { Action } from '../domain/server/moves.ts'
import type { InstanceRow } from '../storage/cell/tables.ts'
import type { TaskState } from '../domain/server/states.ts'
import { moves } from '../domain/server/moves.ts'

/** An action in which a server changes hands. */
export interface Way {
  /** Before it changes hands. */
  readonly epoch: number
  readonly sequence: number
}

/** Whether a server is still where such an action has brought it, however often it has changed hands by then. */
export function isOnItsWay(
  action: Action,
  row: Pick<InstanceRow, 'deleted_at' | 'sequence' | 'task_state' | 'epoch'>,
  { epoch, sequence }: Way,
  handovers = 1,
): boolean {
  const tasks: readonly (TaskState | null)[] = moves[action].through
  const mine = row.deleted_at === null && row.sequence === sequence && tasks.includes(row.task_state)
  return mine && row.epoch >= epoch && row.epoch <= epoch + handovers
}
