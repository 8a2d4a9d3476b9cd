import type { AtCell } from '../deps.ts'
import type { Json } from '../../domain/json.ts'
import type { Placed, ResizeStep } from './request.ts'
import type { ResizeArrivePayload } from '../../rpc/orders/resize.ts'
import { abandon } from './abandon.ts'
import { arrivesAt, isThere, isUnderWay } from './standing.ts'
import { askOf } from './command.ts'
import { wasOrdered } from '../was-ordered.ts'
import { done, failed } from '../../saga/index.ts'
import { hostErrors } from '../../domain/host/errors.ts'
import { hostIsDown } from '../host-is-down.ts'
import { instanceRow } from '../../storage/cell/instances.ts'
import { later, millis } from '../../domain/unit/units.ts'
import { problemOf } from '../../domain/error.ts'
import { serverErrors } from '../../domain/server/errors.ts'
import { settleAsArrived } from './settle.ts'
import { devicesOf, spawnPayloadOf } from '../act/spawn-payload-of.ts'

export const ARRIVE = 'arrive'

/** Its new host takes the disks up and makes the guest in its new size. Then it waits to be confirmed. */
export function arriveStep(at: AtCell): ResizeStep {
  const { deps, cell } = at
  return {
    name: ARRIVE,
    run: async ({ report, request, operation, now, output }) => {
      if (report?.outcome.kind === 'failed') return { ...failed(report.outcome.problem), help: report.outcome.help }
      if (report?.outcome.kind === 'done') {
        const shown = report.outcome.output
        return done(null, (tx) => settleAsArrived(tx, deps.ids, operation.id, request, shown))
      }
      const { server, sequence, epoch, from } = request
      const row = await deps.cells.get(cell).read((tx) => instanceRow(tx, server))
      if (row === null || !isUnderWay(row, request) || !isThere(row, request)) {
        return failed(problemOf(serverErrors.changed_meanwhile({ server })))
      }
      const { place } = output<Placed>('place')
      const { host } = place
      if (await hostIsDown(at, host)) return failed(problemOf(hostErrors.unreachable({}, { detail: { host } })))
      await deps.networks.bind(server, host, row.epoch)
      await deps.networks.activate(server, host, row.epoch)
      const guest = spawnPayloadOf(row, await devicesOf(at, server))
      const payload: ResizeArrivePayload = { guest, disks: output<Json>('leave'), powerOn: from !== 'stopped' }
      const ask = { operation: operation.id, server, sequence, side: place, order: 'resize-arrive' } as const
      const command = askOf({ ...ask, epoch: arrivesAt(epoch), payload })
      return { kind: 'parked', until: later(now, deps.timing.commandEvery), command }
    },
    undo: async ({ report, request, operation, now, output }) => {
      const row = await deps.cells.get(cell).read((tx) => instanceRow(tx, request.server))
      if (row === null || !isUnderWay(row, request) || !isThere(row, request)) return done('it was overtaken')
      if (report?.outcome.kind === 'done') return done()
      if (report?.outcome.kind === 'failed') return { kind: 'retry', after: millis(0) }
      const destination = output<Placed>('place').place
      if (!wasOrdered(operation, ARRIVE)) return done('its host was never asked')
      // On one host it is thrown away as the old one comes back.
      if (destination.host === request.source.host) return done('it stays on its host')
      return abandon(at, { ...request, operation: operation.id, destination, now })
    },
  }
}
