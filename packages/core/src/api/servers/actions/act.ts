import type { ApiDeps } from '../../deps.ts'
import type { GuestActionName } from '../../../domain/server/guest-actions.ts'
import type { InstanceChange } from '../../../storage/cell/instances.ts'
import type { InstanceRow } from '../../../storage/cell/tables.ts'
import type { Json } from '../../../domain/json.ts'
import type { RequestContext } from '../../../domain/context/request-context.ts'
import type { ServerId } from '../../../domain/ids.ts'
import { beginAction } from '../../../lifecycle/index.ts'
import { millis } from '../../../domain/unit/units.ts'
import { inCell } from './in-cell.ts'
import { serverErrors } from '../../../domain/server/errors.ts'

/** What an action is given besides the server, worked out from its row. */
export interface ActionInput {
  readonly options?: Json
  readonly change?: InstanceChange
  /** Milliseconds that the host needs besides. */
  readonly patience?: number
}

/**
 * Accepts an action that the server's host will carry out.
 * @throws as {@link inCell}, and `server.no_host`
 */
export async function act(
  deps: ApiDeps,
  context: RequestContext,
  server: ServerId,
  action: GuestActionName,
  inputOf: (row: InstanceRow) => ActionInput = () => ({}),
): Promise<void> {
  await inCell(deps, context, server, action, async (tx, row, cell) => {
    if (row.host === null) throw serverErrors.no_host({ server })
    const { options = null, change = {}, patience = 0 } = inputOf(row)
    const within = millis(deps.actWithin + patience)
    const operation = await beginAction(tx, deps, context, row, { action, options, change, within })
    if (operation !== null) tx.afterCommit(() => deps.wake(cell, operation))
    return operation
  })
}
