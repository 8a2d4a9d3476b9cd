import type { AtCell } from '../deps.ts'
import type { CellTx } from '../../ports/storage.ts'
import type { InstanceRow } from '../../storage/cell/tables.ts'
import type { Placed, ResizeStep } from './request.ts'
import type { ResizeLeavePayload } from '../../rpc/orders/resize.ts'
import type { ResizeRequest } from '../../lifecycle/index.ts'
import type { TaskState } from '../../domain/server/states.ts'
import { ARRIVE } from './arrive-step.ts'
import { askOf } from './command.ts'
import { wasOrdered } from '../was-ordered.ts'
import { changeInstance, instanceRow } from '../../storage/cell/instances.ts'
import { changeMigration } from '../../storage/cell/migrations-of.ts'
import { comeBack } from './come-back.ts'
import { done, failed } from '../../saga/index.ts'
import { hostErrors } from '../../domain/host/errors.ts'
import { hostIsDown } from '../host-is-down.ts'
import { isThere, isUnderWay, returnsAt } from './standing.ts'
import { later, millis } from '../../domain/unit/units.ts'
import { problemOf } from '../../domain/error.ts'
import { serverErrors } from '../../domain/server/errors.ts'
import { devicesOf, spawnPayloadOf } from '../act/spawn-payload-of.ts'

const STEP = 'leave'

/** Its host stops the guest and puts its disks where the other can take them. Undone, it has the guest as it was. */
export function leaveStep(at: AtCell): ResizeStep {
  const { deps, cell } = at
  return {
    name: STEP,
    run: async ({ report, request, operation, now, output }) => {
      if (report?.outcome.kind === 'failed') return { ...failed(report.outcome.problem), help: report.outcome.help }
      const { server, sequence, epoch, source } = request
      const row = await deps.cells.get(cell).read((tx) => instanceRow(tx, server))
      if (row === null || !isUnderWay(row, request)) {
        return failed(problemOf(serverErrors.changed_meanwhile({ server })))
      }
      if (report?.outcome.kind === 'done') {
        return done(report.outcome.output, (tx) => moveOn(tx, row, request, 'resize_migrated'))
      }
      const { place } = output<Placed>('place')
      for (const host of [source.host, place.host]) {
        if (await hostIsDown(at, host)) return failed(problemOf(hostErrors.unreachable({}, { detail: { host } })))
      }
      const devices = await devicesOf(at, server)
      const payload: ResizeLeavePayload = { guest: spawnPayloadOf(row, devices), destination: place.host }
      const ask = { operation: operation.id, server, sequence, side: source, epoch, order: 'resize-leave' } as const
      const commit = async (tx: CellTx): Promise<void> => {
        await moveOn(tx, row, request, 'resize_migrating')
        await changeMigration(tx, request.migration, { status: 'migrating' })
      }
      const command = askOf({ ...ask, payload })
      return { kind: 'parked', until: later(now, deps.timing.commandEvery), command, commit }
    },
    undo: async (context) => {
      const { request, operation, now } = context
      const { server, epoch } = request
      const row = await deps.cells.get(cell).read((tx) => instanceRow(tx, server))
      if (row === null || !isUnderWay(row, request) || isThere(row, request)) return done('it was overtaken')
      if (!wasOrdered(operation, STEP)) return done('its host was never asked')
      if (context.report?.outcome.kind === 'done') return done(context.report.outcome.output)
      if (context.report?.outcome.kind === 'failed') return { kind: 'retry', after: millis(0) }
      if (row.epoch === epoch) {
        // What may still come of the order to leave must not touch the guest that is back.
        const commit = (tx: CellTx): Promise<void> => handBack(tx, row, request)
        return { kind: 'parked', until: now, commit }
      }
      const stays = context.output<Placed>('place').place.host === request.source.host
      const stayed = stays && wasOrdered(operation, ARRIVE)
      return comeBack(at, row, { ...request, operation: operation.id, now, stayed, runs: request.from !== 'stopped' })
    },
  }
}

/** @throws `server.changed_meanwhile` */
async function moveOn(tx: CellTx, row: InstanceRow, { server }: ResizeRequest, taskState: TaskState): Promise<void> {
  if (row.task_state === taskState) return
  if (await changeInstance(tx, server, { taskState: row.task_state, epoch: row.epoch }, { taskState })) return
  throw serverErrors.changed_meanwhile({ server })
}

/** @throws `server.changed_meanwhile` */
async function handBack(tx: CellTx, row: InstanceRow, { server, epoch }: ResizeRequest): Promise<void> {
  const expected = { taskState: row.task_state, epoch: row.epoch }
  if (await changeInstance(tx, server, expected, { nextEpoch: returnsAt(epoch) })) return
  throw serverErrors.changed_meanwhile({ server })
}
