import type { AtCell } from '../deps.ts'
import type { GuestActionPayload } from '../../rpc/orders/guest-action.ts'
import type { SnapshotStep } from '../snapshot/request.ts'
import { askHost } from '../snapshot/ask-host.ts'
import { done, failed } from '../../saga/index.ts'
import { instanceRow } from '../../storage/cell/instances.ts'
import { problemOf } from '../../domain/error.ts'
import { serverErrors } from '../../domain/server/errors.ts'
import { devicesOf, spawnPayloadOf } from '../act/spawn-payload-of.ts'

export const STOP = 'stop'

/** The guest shuts down before its disk is copied: it does not run again before it is wanted. */
export function stopStep(at: AtCell): SnapshotStep {
  const { deps, cell } = at
  return {
    name: STOP,
    run: async (context) => {
      const { report, request } = context
      if (report?.outcome.kind === 'failed') return { ...failed(report.outcome.problem), help: report.outcome.help }
      if (report?.outcome.kind === 'done') return done(report.outcome.output)
      const { server, graceful } = request
      const row = await deps.cells.get(cell).read((tx) => instanceRow(tx, server))
      if (row === null) return failed(problemOf(serverErrors.changed_meanwhile({ server })))
      const guest = spawnPayloadOf(row, await devicesOf(at, server))
      const payload: GuestActionPayload = { guest, options: { graceful } }
      return askHost(at, context, 'power-off', payload, async () => undefined)
    },
    undo: 'nothing to undo: a guest that was stopped stays so, and the server is shown as stopped',
  }
}
