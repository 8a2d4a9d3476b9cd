import type { AtCell } from '../deps.ts'
import type { ActionRequest } from '../../lifecycle/index.ts'
import type { ActionStep } from './request.ts'
import type { Command } from '../../domain/operation/command.ts'
import type { GuestActionPayload } from '../../rpc/orders/guest-action.ts'
import type { HostName } from '../../domain/ids.ts'
import type { InstanceRow } from '../../storage/cell/tables.ts'
import type { StepContext } from '../../saga/index.ts'
import { checkRebuild } from './check-rebuild.ts'
import { commandTo } from '../command-to.ts'
import { earlierPlugging } from '../attach/host-work.ts'
import { done, failed } from '../../saga/index.ts'
import { guestActions } from '../../domain/server/guest-actions.ts'
import { hostErrors } from '../../domain/host/errors.ts'
import { hostIsDown } from '../host-is-down.ts'
import { id } from '../../domain/ids.ts'
import { instanceRow } from '../../storage/cell/instances.ts'
import { later } from '../../domain/unit/units.ts'
import { problemOf } from '../../domain/error.ts'
import { serverErrors } from '../../domain/server/errors.ts'
import { waitFor } from '../wait-for.ts'
import { isUnderWay, moveUnderWay, settleAsFailed, settleAsDone } from './settle.ts'
import { devicesOf, spawnPayloadOf } from './spawn-payload-of.ts'

type Context = StepContext<ActionRequest>

/** The host does it, and says what it shows then: there the server rests. */
export function performStep(at: AtCell): ActionStep {
  const { deps, cell } = at
  return {
    name: 'perform',
    run: async (context) => {
      const { report, request, operation, now } = context
      if (report?.outcome.kind === 'failed') return { ...failed(report.outcome.problem), help: report.outcome.help }
      if (report?.outcome.kind === 'done') {
        const { output } = report.outcome
        return done(output, (tx) => settleAsDone(tx, deps.ids, operation.id, request, output))
      }
      const { row, earlier } = await deps.cells.get(cell).read(async (tx) => ({
        row: await instanceRow(tx, request.server),
        earlier: await earlierPlugging(tx, request.server, request.sequence),
      }))
      if (row === null || !isUnderWay(row, request)) {
        return failed(problemOf(serverErrors.changed_meanwhile({ server: request.server })))
      }
      if (row.host === null) return failed(problemOf(serverErrors.no_host({ server: request.server })))
      const host = id<HostName>(row.host)
      if (await hostIsDown(at, host)) return failed(problemOf(hostErrors.unreachable({}, { detail: { host } })))
      if (earlier.length > 0) return waitFor(at, earlier, context)
      const refused = await checkRebuild(at, context, row, host)
      if (refused !== null) return refused
      const command = await commandFor(at, context, row, host)
      const until = later(now, deps.timing.commandEvery)
      return { kind: 'parked', until, command, commit: (tx) => moveUnderWay(tx, row, request) }
    },
    undo: async ({ request, operation }) => done(null, (tx) => settleAsFailed(tx, deps.ids, operation, request)),
  }
}

/** What the host is asked, with all that it must know of the guest. */
export async function commandFor(
  at: AtCell,
  { operation, request }: Context,
  row: InstanceRow,
  host: HostName,
): Promise<Command> {
  const devices = await devicesOf(at, request.server)
  const payload: GuestActionPayload = { guest: spawnPayloadOf(row, devices), options: request.options }
  const { server, epoch, sequence, action } = request
  const { order } = guestActions[action]
  return commandTo({ operation: operation.id, host, node: row.node, server, epoch, sequence, order, payload })
}
