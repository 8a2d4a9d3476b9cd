import type { Action } from '../../../domain/server/moves.ts'
import type { ApiDeps } from '../../deps.ts'
import type { CellId, ServerId } from '../../../domain/ids.ts'
import type { CellTx } from '../../../ports/storage.ts'
import type { InstanceRow } from '../../../storage/cell/tables.ts'
import type { RequestContext } from '../../../domain/context/request-context.ts'
import { addressOf, shortId } from '../find-server.ts'
import { guard, wrongState } from './guard.ts'
import { lockedInstanceRow } from '../../../storage/cell/instances.ts'
import { serverErrors } from '../../../domain/server/errors.ts'

/** Of servers that move between stores, or change while they are looked at. */
const LOOKS = 20

/**
 * Does something to a server where it stands, in one transaction of its cell, if policy lets the caller and its state
 * allows the action.
 * @param work returns null where the server changed since its row was read: it is looked at again
 * @throws `server.not_found`, `server.locked`, `server.wrong_state`, `server.never_launched`,
 *   `server.changed_meanwhile`, `cell.unavailable`, `policy.forbidden`
 */
export async function inCell<T>(
  deps: ApiDeps,
  context: RequestContext,
  server: ServerId,
  action: Action,
  work: (tx: CellTx, row: InstanceRow, cell: CellId) => Promise<T | null>,
): Promise<T> {
  for (let look = 0; look < LOOKS; look++) {
    const { cell, released } = await addressOf(deps, context, server, `servers:${action}`)
    if (cell === null) throw wrongState(server, action, { vm_state: 'building', task_state: 'scheduling' })
    const result = await deps.cells.get(cell).write(async (tx) => {
      const row = await lockedInstanceRow(tx, server)
      if (row?.deleted_at !== null && (row !== null || released)) {
        throw serverErrors.not_found({ server: shortId(server) })
      }
      if (row === null) return null
      guard(deps, context, action, row)
      return work(tx, row, cell)
    })
    if (result !== null) return result
  }
  throw serverErrors.changed_meanwhile({ server: shortId(server) })
}
