import type { AtCell } from '../deps.ts'
import type { ResizeCheckPayload } from '../../rpc/orders/resize.ts'
import type { ResizeStep } from './request.ts'
import { askOf } from './command.ts'
import { done, failed } from '../../saga/index.ts'
import { hostErrors } from '../../domain/host/errors.ts'
import { hostIsDown } from '../host-is-down.ts'
import { instanceRow } from '../../storage/cell/instances.ts'
import { isUnderWay } from './standing.ts'
import { later } from '../../domain/unit/units.ts'
import { problemOf } from '../../domain/error.ts'
import { serverErrors } from '../../domain/server/errors.ts'
import { devicesOf, spawnPayloadOf } from '../act/spawn-payload-of.ts'

/** Its host is asked whether the guest may move like this: what is refused here has cost it nothing. */
export function checkStep(at: AtCell): ResizeStep {
  const { deps, cell } = at
  return {
    name: 'check',
    run: async ({ report, request, operation, now }) => {
      if (report?.outcome.kind === 'failed') return { ...failed(report.outcome.problem), help: report.outcome.help }
      if (report?.outcome.kind === 'done') return done()
      const { server, sequence, epoch, source, flavors } = request
      const row = await deps.cells.get(cell).read((tx) => instanceRow(tx, server))
      if (row === null || !isUnderWay(row, request)) {
        return failed(problemOf(serverErrors.changed_meanwhile({ server })))
      }
      if (await hostIsDown(at, source.host)) {
        return failed(problemOf(hostErrors.unreachable({}, { detail: { host: source.host } })))
      }
      const devices = await devicesOf(at, server)
      const payload: ResizeCheckPayload = { guest: spawnPayloadOf(row, devices), to: flavors.after }
      const ask = { operation: operation.id, server, sequence, side: source, epoch, order: 'resize-check' } as const
      return { kind: 'parked', until: later(now, deps.timing.commandEvery), command: askOf({ ...ask, payload }) }
    },
    undo: 'nothing to undo: it only asks',
  }
}
