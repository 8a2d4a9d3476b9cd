import type { AtCell } from '../deps.ts'
import type { GuestActionPayload } from '../../rpc/orders/guest-action.ts'
import type { HostName } from '../../domain/ids.ts'
import type { UnshelveStep } from './unshelve-settle.ts'
import { changeInstance, instanceRow } from '../../storage/cell/instances.ts'
import { commandTo } from '../command-to.ts'
import { done, failed } from '../../saga/index.ts'
import { hostErrors } from '../../domain/host/errors.ts'
import { hostIsDown } from '../host-is-down.ts'
import { id } from '../../domain/ids.ts'
import { isUnderWay, settleAsDone, settleAsFailed } from './unshelve-settle.ts'
import { later } from '../../domain/unit/units.ts'
import { problemOf } from '../../domain/error.ts'
import { serverErrors } from '../../domain/server/errors.ts'
import { devicesOf, spawnPayloadOf } from '../act/spawn-payload-of.ts'

/** Its host starts the guest again, which was off and otherwise as it was. */
export function startStep(at: AtCell): UnshelveStep {
  const { deps, cell } = at
  return {
    name: 'start',
    run: async ({ report, request, operation, now }) => {
      if (report?.outcome.kind === 'failed') return { ...failed(report.outcome.problem), help: report.outcome.help }
      if (report?.outcome.kind === 'done') {
        return done(null, (tx) => settleAsDone(tx, deps.ids, operation.id, request))
      }
      const { server, epoch, sequence } = request
      const row = await deps.cells.get(cell).read((tx) => instanceRow(tx, server))
      if (row === null || !isUnderWay(row, request) || row.host === null) {
        return failed(problemOf(serverErrors.changed_meanwhile({ server })))
      }
      const host = id<HostName>(row.host)
      if (await hostIsDown(at, host)) return failed(problemOf(hostErrors.unreachable({}, { detail: { host } })))
      const guest = spawnPayloadOf(row, await devicesOf(at, server))
      const payload: GuestActionPayload = { guest, options: null }
      const command = commandTo({
        operation: operation.id,
        host,
        node: row.node,
        server,
        epoch,
        sequence,
        order: 'power-on',
        payload,
      })
      return {
        kind: 'parked',
        until: later(now, deps.timing.commandEvery),
        command,
        commit: async (tx) => {
          const starting = { taskState: 'powering-on' } as const
          if (await changeInstance(tx, server, { taskState: row.task_state, epoch }, starting)) return
          throw serverErrors.changed_meanwhile({ server })
        },
      }
    },
    undo: async ({ request, operation }) => done(null, (tx) => settleAsFailed(tx, deps.ids, operation, request)),
  }
}
