import type { Action } from '../../../domain/server/moves.ts'
import type { ApiDeps } from '../../deps.ts'
import type { InstanceRow } from '../../../storage/cell/tables.ts'
import type { RequestContext } from '../../../domain/context/request-context.ts'
import type { ServerId } from '../../../domain/ids.ts'
import { isAllowed } from '../../authorize.ts'
import { id } from '../../../domain/ids.ts'
import { refusal } from '../../../domain/server/moves.ts'
import { serverErrors } from '../../../domain/server/errors.ts'
import { standingOf } from '../../../lifecycle/index.ts'

/**
 * Whether an action may begin, by the table of moves.
 * @throws `server.locked`, `server.wrong_state`, `server.never_launched`
 */
export function guard(
  { policy }: Pick<ApiDeps, 'policy'>,
  context: RequestContext,
  action: Action,
  row: Pick<InstanceRow, 'id' | 'project' | 'vm_state' | 'task_state' | 'launched_at' | 'locked'>,
): void {
  const server = id<ServerId>(row.id)
  const overridesLock = isAllowed(policy, 'servers:unlock:override', context, { project: row.project })
  switch (refusal(action, standingOf(row), overridesLock)) {
    case null:
      return
    case 'locked':
      throw serverErrors.locked({ server })
    case 'never_launched':
      throw serverErrors.never_launched({ server, action: wordsOf(action) })
    case 'vm_state':
    case 'task_state':
      throw wrongState(server, action, row)
  }
}

/** Says which state it is that does not allow it. */
export function wrongState(server: ServerId, action: Action, row: Pick<InstanceRow, 'vm_state' | 'task_state'>): Error {
  const { vm_state: vmState, task_state: taskState } = row
  return serverErrors.wrong_state({ server, action: wordsOf(action), vmState, taskState })
}

/** `rebootHard` → `reboot hard` */
const wordsOf = (action: Action): string => action.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
