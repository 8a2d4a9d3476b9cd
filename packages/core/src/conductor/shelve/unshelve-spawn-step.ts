import type { AtCell } from '../deps.ts'
import type { Command } from '../../domain/operation/command.ts'
import type { DestroyPayload } from '../../rpc/orders/destroy.ts'
import type { HostName, ImageId, NodeName, OperationId } from '../../domain/ids.ts'
import type { InstanceRow } from '../../storage/cell/tables.ts'
import type { SpawnOrderPayload } from '../../rpc/orders/spawn.ts'
import type { UnshelveRequest } from '../../lifecycle/index.ts'
import type { UnshelveStep } from './unshelve-settle.ts'
import { bury } from '../../storage/cell/tombstones.ts'
import { commandTo } from '../command-to.ts'
import { done, failed } from '../../saga/index.ts'
import { hostErrors } from '../../domain/host/errors.ts'
import { hostIsDown } from '../host-is-down.ts'
import { id } from '../../domain/ids.ts'
import { instanceRow } from '../../storage/cell/instances.ts'
import { isUnderWay, settleAsDone } from './unshelve-settle.ts'
import { later, millis } from '../../domain/unit/units.ts'
import { ownerContext } from '../snapshot/request.ts'
import { problemOf } from '../../domain/error.ts'
import { serverErrors } from '../../domain/server/errors.ts'
import { devicesOf, spawnPayloadOf } from '../act/spawn-payload-of.ts'

/** The new host makes the guest from the image of its disk, with the addresses that it had. */
export function spawnStep(at: AtCell): UnshelveStep {
  const { deps, cell } = at
  return {
    name: 'spawn',
    run: async ({ report, request, operation, now }) => {
      if (report?.outcome.kind === 'failed') return { ...failed(report.outcome.problem), help: report.outcome.help }
      if (report?.outcome.kind === 'done') {
        return done(null, (tx) => settleAsDone(tx, deps.ids, operation.id, request))
      }
      const row = await deps.cells.get(cell).read((tx) => instanceRow(tx, request.server))
      if (row === null || !isUnderWay(row, request) || row.host === null) {
        return failed(problemOf(serverErrors.changed_meanwhile({ server: request.server })))
      }
      const host = id<HostName>(row.host)
      if (await hostIsDown(at, host)) return failed(problemOf(hostErrors.unreachable({}, { detail: { host } })))
      const image = await deps.images.get(ownerContext(request, operation), request.image ?? id<ImageId>('none'))
      await deps.networks.bind(request.server, host, row.epoch)
      await deps.networks.activate(request.server, host, row.epoch)
      const payload: SpawnOrderPayload = { ...spawnPayloadOf(row, await devicesOf(at, request.server)), image }
      const command = order(operation.id, request, row, host, 'spawn', payload)
      return { kind: 'parked', until: later(now, deps.timing.commandEvery), command }
    },
    undo: async ({ report, request, operation, now }) => {
      const row = await deps.cells.get(cell).read((tx) => instanceRow(tx, request.server))
      if (row === null || row.host === null || row.epoch !== request.epoch + 1) return done('nothing was ordered')
      const host = id<HostName>(row.host)
      if (report?.outcome.kind === 'done') {
        await deps.networks.unbind(request.server, host, row.epoch)
        return done()
      }
      if (report?.outcome.kind === 'failed') return { kind: 'retry', after: millis(0) }
      if (await hostIsDown(at, host)) {
        await deps.networks.unbind(request.server, host, row.epoch)
        return done('the host is down', (tx) => bury(tx, request.server, host, row.epoch))
      }
      const payload: DestroyPayload = { nics: await deps.networks.list(request.server) }
      const command = order(operation.id, request, row, host, 'destroy', payload)
      return { kind: 'parked', until: later(now, deps.timing.commandEvery), command }
    },
  }
}

function order(
  operation: OperationId,
  { server, sequence }: UnshelveRequest,
  row: InstanceRow,
  host: HostName,
  name: string,
  payload: SpawnOrderPayload | DestroyPayload,
): Command {
  const node = row.node === null ? null : id<NodeName>(row.node)
  return commandTo({ operation, host, node, server, epoch: row.epoch, sequence, order: name, payload })
}
