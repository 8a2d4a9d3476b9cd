import type { AtCell } from './deps.ts'
import type { CellTx } from '../ports/storage.ts'
import type { Command } from '../domain/operation/command.ts'
import type { DestroyPayload } from '../rpc/orders/destroy.ts'
import type { HostName, OperationId, ServerId } from '../domain/ids.ts'
import type { InstanceRow } from '../storage/cell/tables.ts'
import type { Operation } from '../domain/operation/operation.ts'
import type { SpawnOrderPayload } from '../rpc/orders/spawn.ts'
import type { Step } from '../saga/index.ts'
import { bury } from '../storage/cell/tombstones.ts'
import { commandTo } from './command-to.ts'
import { devicesOf, spawnPayloadOf } from './act/spawn-payload-of.ts'
import { done, failed } from '../saga/index.ts'
import { hostErrors } from '../domain/host/errors.ts'
import { hostIsDown } from './host-is-down.ts'
import { id } from '../domain/ids.ts'
import { instanceRow } from '../storage/cell/instances.ts'
import { later, millis } from '../domain/unit/units.ts'
import { problemOf } from '../domain/error.ts'
import { serverErrors } from '../domain/server/errors.ts'

/** A server that was given a new host under the next epoch. */
interface Moved {
  readonly server: ServerId
  /** Before it had the new host. */
  readonly epoch: number
  readonly sequence: number
}

/** What is special to the action that gave it the host. */
export interface Anew<Request extends Moved> {
  isUnderWay(row: InstanceRow, request: Request): boolean
  /** What the guest is to have besides what stands in the records. */
  besides(request: Request, operation: Operation): Promise<Partial<SpawnOrderPayload>>
  settleAsDone(tx: CellTx, operation: OperationId, request: Request): Promise<void>
}

/** A new host makes the guest of a server that is there already, with the addresses and volumes that it had. */
export function spawnAnew<Request extends Moved>(at: AtCell, anew: Anew<Request>): Step<'cell', Request> {
  const { deps, cell } = at
  const rowOf = ({ server }: Request): Promise<InstanceRow | null> =>
    deps.cells.get(cell).read((tx) => instanceRow(tx, server))
  return {
    name: 'spawn',
    run: async ({ report, request, operation, now }) => {
      if (report?.outcome.kind === 'failed') return { ...failed(report.outcome.problem), help: report.outcome.help }
      if (report?.outcome.kind === 'done') return done(null, (tx) => anew.settleAsDone(tx, operation.id, request))
      const row = await rowOf(request)
      if (row === null || !anew.isUnderWay(row, request) || row.host === null) {
        return failed(problemOf(serverErrors.changed_meanwhile({ server: request.server })))
      }
      const host = id<HostName>(row.host)
      if (await hostIsDown(at, host)) return failed(problemOf(hostErrors.unreachable({}, { detail: { host } })))
      const besides = await anew.besides(request, operation)
      await deps.networks.bind(request.server, host, row.epoch)
      await deps.networks.activate(request.server, host, row.epoch)
      const payload: SpawnOrderPayload = { ...spawnPayloadOf(row, await devicesOf(at, request.server)), ...besides }
      const command = order(operation.id, request, row, host, 'spawn', payload)
      return { kind: 'parked', until: later(now, deps.timing.commandEvery), command }
    },
    undo: async ({ report, request, operation, now }) => {
      const row = await rowOf(request)
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
  { server, sequence }: Moved,
  row: InstanceRow,
  host: HostName,
  name: string,
  payload: SpawnOrderPayload | DestroyPayload,
): Command {
  return commandTo({ operation, host, node: row.node, server, epoch: row.epoch, sequence, order: name, payload })
}
