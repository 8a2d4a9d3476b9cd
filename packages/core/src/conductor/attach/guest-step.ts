import type { AtCell } from '../deps.ts'
import type { Command } from '../../domain/operation/command.ts'
import type { Commit, RunAnswer, Step, StepContext } from '../../saga/index.ts'
import type { HostName } from '../../domain/ids.ts'
import type { InstanceRow } from '../../storage/cell/tables.ts'
import type { Json } from '../../domain/json.ts'
import type { PlugRequest } from '../../lifecycle/index.ts'
import { commandTo } from '../command-to.ts'
import { done, failed } from '../../saga/index.ts'
import { guestStanding } from './request.ts'
import { hostErrors } from '../../domain/host/errors.ts'
import { hostIsDown } from '../host-is-down.ts'
import { id } from '../../domain/ids.ts'
import { later, millis } from '../../domain/unit/units.ts'
import { problemOf } from '../../domain/error.ts'
import { serverErrors } from '../../domain/server/errors.ts'
import { wasOrdered } from '../was-ordered.ts'

type Context = StepContext<PlugRequest>

/** An order to the host of a guest, as the guest's records stand when it is sent. */
export interface GuestOrder<Request> {
  readonly order: string
  payload(context: StepContext<Request>): Promise<object>
}

/** Asks the guest's host for something, and is run again with its answer. */
export async function askHost<Request extends PlugRequest>(
  at: AtCell,
  context: StepContext<Request>,
  { order, payload }: GuestOrder<Request>,
  whenDone: (output: Json) => Promise<RunAnswer<'cell'>> | RunAnswer<'cell'>,
): Promise<RunAnswer<'cell'>> {
  const { report, request, now } = context
  if (report?.outcome.kind === 'failed') return { ...failed(report.outcome.problem), help: report.outcome.help }
  if (report?.outcome.kind === 'done') return whenDone(report.outcome.output)
  const { deps, cell } = at
  const standing = await deps.cells.get(cell).read((tx) => guestStanding(tx, request))
  if (standing === null || standing.leaves !== null) {
    return failed(problemOf(serverErrors.changed_meanwhile({ server: request.server })))
  }
  const host = id<HostName>(standing.row.host ?? '')
  if (await hostIsDown(at, host)) return failed(problemOf(hostErrors.unreachable({}, { detail: { host } })))
  const command = commandOf(context, standing.row, request.sequence, order, await payload(context))
  return { kind: 'parked', until: later(now, deps.timing.commandEvery), command }
}

/**
 * Changes what is plugged into the guest, in one order; a second one changes it back. That one has the next number, so
 * that the first does no harm when it comes after it.
 */
export function guestStep<Request extends PlugRequest>(
  at: AtCell,
  name: string,
  there: GuestOrder<Request>,
  back: GuestOrder<Request>,
  settle: (context: StepContext<Request>, output: Json) => Commit<'cell'>,
): Step<'cell', Request> {
  const { deps, cell } = at
  return {
    name,
    run: (context) => askHost(at, context, there, (output) => done(output, settle(context, output))),
    undo: async (context) => {
      const { report, request, operation, now, attempt } = context
      if (report?.outcome.kind === 'done') return done()
      if (report?.outcome.kind === 'failed') return { kind: 'retry', after: millis(0) }
      if (!wasOrdered(operation, name)) return done('the host was never asked')
      const standing = await deps.cells.get(cell).read((tx) => guestStanding(tx, request))
      if (standing === null || standing.leaves === 'deleted') return done('the guest goes, and what it has with it')
      // It may have been carried out: its host tells when it is back, unless the guest is made elsewhere before.
      if (await hostIsDown(at, id<HostName>(standing.row.host ?? ''))) {
        return { kind: 'parked', until: later(now, deps.timing.lookEvery) }
      }
      // What has failed may take effect yet, as when a guest lets go of a disk long after it was asked to.
      if (attempt === 1 && operation.report?.outcome.kind === 'failed') {
        return { kind: 'parked', until: later(now, deps.timing.commandEvery) }
      }
      const command = commandOf(context, standing.row, request.sequence + 1, back.order, await back.payload(context))
      return { kind: 'parked', until: later(now, deps.timing.commandEvery), command }
    },
  }
}

function commandOf(
  { operation, request }: Context,
  row: InstanceRow,
  sequence: number,
  order: string,
  payload: object,
): Command {
  const { server, epoch } = request
  return commandTo({
    operation: operation.id,
    host: id(row.host ?? ''),
    node: row.node,
    server,
    epoch,
    sequence,
    order,
    payload,
  })
}
