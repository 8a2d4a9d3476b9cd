import type { AtCell, ConductorDeps } from '../deps.ts'
import type { CellId } from '../../domain/ids.ts'
import type { ResizeEndRequest } from '../../lifecycle/index.ts'
import type { ResizeEndStep } from './request.ts'
import type { Saga } from '../../saga/index.ts'
import { abandon } from './abandon.ts'
import { asJson } from './request.ts'
import { closeResize } from './close.ts'
import { comeBack } from './come-back.ts'
import { done, failed } from '../../saga/index.ts'
import { hand } from './switch-step.ts'
import { hostIsDown } from '../host-is-down.ts'
import { isThere, returnsAt } from './standing.ts'
import { later } from '../../domain/unit/units.ts'
import { powerIn } from './settle.ts'
import { quiesceStep } from '../quiesce-step.ts'
import { quotaStep } from './quota-step.ts'
import { readEnding, settleAsDone, settleAsFailed, tellOfFailure } from './end-standing.ts'
import { reconnect } from '../attach/reconnect-step.ts'
import { REVERT_RESIZE } from '../../lifecycle/index.ts'
import { takeBackStep } from './take-back-step.ts'

const ACTION = 'revertResize'

function quiesce(at: AtCell): ResizeEndStep {
  const { name, run } = quiesceStep(at)
  const undo: ResizeEndStep['undo'] = async ({ operation, request }) =>
    done(null, (tx) => settleAsFailed(tx, at, ACTION, operation, request))
  return { name, run, undo }
}

/** From here on it only goes back. Where it has arrived it ends; on its old host that is done as it comes back. */
function abandonStep(at: AtCell): ResizeEndStep {
  return {
    name: 'abandon',
    pivot: true,
    run: async ({ report, request, operation, now }) => {
      const ending = await readEnding(at, ACTION, request)
      if (ending === null) return done('it was overtaken')
      const { source, destination, epoch } = ending.open
      if (destination === null || destination.host === source.host) return done('it has stayed on its host')
      if (report?.outcome.kind === 'done') return done()
      if (report?.outcome.kind === 'failed') return failed(report.outcome.problem)
      return abandon(at, { ...request, operation: operation.id, destination, epoch, now })
    },
    undo: 'nothing to undo: where it had arrived it is thrown away',
  }
}

/** The server is its old host's again, in its old size. */
function handStep(at: AtCell): ResizeEndStep {
  return {
    name: 'hand-back',
    run: async ({ request }) => {
      const ending = await readEnding(at, ACTION, request)
      if (ending === null) return done('it was overtaken')
      const { row, open } = ending
      const { server, source, epoch, flavors } = open
      if (!isThere(row, open)) return done('it is back')
      const handing = { server, to: source, epoch: returnsAt(epoch), flavor: flavors.before } as const
      return done(null, (tx) => hand(tx, row, { ...handing, task: 'resize_reverting' }))
    },
    undo: 'nothing to undo: it goes back',
  }
}

/** Its old host reaches the server's volumes again. */
function reconnectStep(at: AtCell): ResizeEndStep {
  return {
    name: 'reconnect',
    run: async (context) => {
      const { request, now } = context
      const ending = await readEnding(at, ACTION, request)
      if (ending === null) return done('it was overtaken')
      const { source } = ending.open
      if (await hostIsDown(at, source.host)) return { kind: 'parked', until: later(now, at.deps.timing.lookEvery) }
      return reconnect(at, context, ending.row.epoch)
    },
    undo: 'nothing to undo: it goes back',
  }
}

/** Its old host has the guest as it was. */
function returnStep(at: AtCell): ResizeEndStep {
  return {
    name: 'return',
    run: async ({ report, request, operation, now }) => {
      const ending = await readEnding(at, ACTION, request)
      if (ending === null) return done(null, (tx) => tellOfFailure(tx, at.deps, ACTION, operation, request))
      const { row, open } = ending
      const { source, destination, from, epoch, flavors } = open
      if (report?.outcome.kind === 'failed') return failed(report.outcome.problem)
      if (report?.outcome.kind === 'done') {
        const { output } = report.outcome
        return done(asJson(flavors.before), async (tx) => {
          const change = { vmState: from === 'stopped' ? from : ('active' as const), ...powerIn(output) }
          await settleAsDone(tx, at, ACTION, operation, request, { row, change })
          await closeResize(tx, at, open, 'destination', 'reverted', operation.traceId)
        })
      }
      const stayed = destination === null || destination.host === source.host
      const { server, sequence } = request
      const runs = from !== 'stopped'
      return comeBack(at, row, { operation: operation.id, server, sequence, source, epoch, stayed, runs, now })
    },
    undo: 'nothing to undo: it is as it was',
  }
}

/** The server goes back to where and what it was (nova/compute/api.py, `revert_resize`). */
export function revertSaga(deps: ConductorDeps, cell: CellId): Saga<'cell', ResizeEndRequest> {
  const at = { deps, cell }
  return {
    kind: REVERT_RESIZE,
    store: 'cell',
    steps: [
      quiesce(at),
      takeBackStep(at),
      abandonStep(at),
      handStep(at),
      reconnectStep(at),
      returnStep(at),
      quotaStep(at, 'return'),
    ],
  }
}
