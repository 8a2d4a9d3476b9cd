import type { ApiDeps } from '../../deps.ts'
import type { RequestContext } from '../../../domain/context/request-context.ts'
import type { ResizeEnd } from '../../../lifecycle/index.ts'
import type { ServerId } from '../../../domain/ids.ts'
import { beginResizeEnd } from '../../../lifecycle/index.ts'
import { inCell } from './in-cell.ts'
import { openResizeOf } from '../../../storage/cell/open-resizes.ts'
import { wrongState } from './guard.ts'

/** A server that rests resized stays what it is, or goes back to where and what it was. */
export async function endResize(
  deps: ApiDeps,
  context: RequestContext,
  server: ServerId,
  action: ResizeEnd,
): Promise<void> {
  await inCell(deps, context, server, action, async (tx, row, cell) => {
    const open = await openResizeOf(tx, server)
    if (open === null) throw wrongState(server, action, row)
    const operation = await beginResizeEnd(tx, deps, context, row, open, action, deps.actWithin)
    if (operation !== null) tx.afterCommit(() => deps.wake(cell, operation))
    return operation
  })
}
