import type { ActionRequest } from '../../lifecycle/index.ts'
import type { ActionStep } from '../act/request.ts'
import type { AtCell } from '../deps.ts'
import type { CellTx } from '../../ports/storage.ts'
import type { HostName } from '../../domain/ids.ts'
import type { Operation } from '../../domain/operation/operation.ts'
import { beginDelete, systemContext } from '../../lifecycle/index.ts'
import { commandFor } from '../act/perform-step.ts'
import { done } from '../../saga/index.ts'
import { hostIsDown } from '../host-is-down.ts'
import { id } from '../../domain/ids.ts'
import { instanceRow } from '../../storage/cell/instances.ts'
import { isUnderWay } from '../act/settle.ts'
import { later, millis } from '../../domain/unit/units.ts'
import { serverErrors } from '../../domain/server/errors.ts'

/** What the step puts out where the server is somebody else's business by now. */
export const OVERTAKEN = 'overtaken'

/**
 * The host stops the guest, and is asked until it has: a deletion that was accepted goes forward. Where there is no guest
 * that could be stopped, since it is on no host or on a dead one, nothing could be had back, and the server is deleted for
 * good (nova/compute/api.py, `_local_delete`).
 */
export function stopStep(at: AtCell): ActionStep {
  const { deps, cell } = at
  return {
    name: 'stop',
    run: async (context) => {
      const { request, operation, report, now } = context
      if (report?.outcome.kind === 'done') return done(report.outcome.output)
      if (report?.outcome.kind === 'failed') return { kind: 'retry', after: millis(0) }
      const row = await deps.cells.get(cell).read((tx) => instanceRow(tx, request.server))
      if (row === null || !isUnderWay(row, request)) return done(OVERTAKEN)
      if (row.host === null || (await hostIsDown(at, id<HostName>(row.host)))) {
        return done(OVERTAKEN, (tx) => deleteForGood(tx, at, operation, request))
      }
      const command = await commandFor(at, context, row, id<HostName>(row.host))
      return { kind: 'parked', until: later(now, deps.timing.commandEvery), command }
    },
    undo: 'nothing to undo: an accepted deletion goes forward',
  }
}

async function deleteForGood(
  tx: CellTx,
  { deps, cell }: AtCell,
  { traceId }: Operation,
  request: ActionRequest,
): Promise<void> {
  const { server } = request
  const row = await instanceRow(tx, server)
  if (row === null || !isUnderWay(row, request)) throw serverErrors.changed_meanwhile({ server })
  const begun = await beginDelete(tx, deps, { ...systemContext(deps.ids), requestId: id(traceId) }, row)
  if (begun === null) throw serverErrors.changed_meanwhile({ server })
  tx.afterCommit(() => deps.poke(cell, begun))
}
