import type { AtCell, ConductorDeps } from '../deps.ts'
import type { CellId } from '../../domain/ids.ts'
import type { Ending } from './end-standing.ts'
import type { Json } from '../../domain/json.ts'
import type { Operation } from '../../domain/operation/operation.ts'
import type { ResizeConfirmPayload } from '../../rpc/orders/resize.ts'
import type { ResizeEndRequest } from '../../lifecycle/index.ts'
import type { ResizeEndStep } from './request.ts'
import type { Saga } from '../../saga/index.ts'
import { asJson } from './request.ts'
import { askOf } from './command.ts'
import { closeResize } from './close.ts'
import { CONFIRM_RESIZE } from '../../lifecycle/index.ts'
import { done, failed } from '../../saga/index.ts'
import { hostIsDown } from '../host-is-down.ts'
import { later } from '../../domain/unit/units.ts'
import { powerIn } from './settle.ts'
import { quiesceStep } from '../quiesce-step.ts'
import { quotaStep } from './quota-step.ts'
import { readEnding, settleAsDone, settleAsFailed, tellOfFailure } from './end-standing.ts'

const ACTION = 'confirmResize'

function quiesce(at: AtCell): ResizeEndStep {
  const { name, run } = quiesceStep(at)
  const undo: ResizeEndStep['undo'] = async ({ operation, request }) =>
    done(null, (tx) => settleAsFailed(tx, at, ACTION, operation, request))
  return { name, run, undo }
}

/**
 * There is no way back from here. What was kept on another host is removed by that host whenever it hears of it; on its
 * own host that is done first.
 */
function confirmStep(at: AtCell): ResizeEndStep {
  const { deps } = at
  return {
    name: 'confirm',
    pivot: true,
    run: async ({ report, request, operation, now }) => {
      const ending = await readEnding(at, ACTION, request)
      if (ending === null) return done(null, (tx) => tellOfFailure(tx, deps, ACTION, operation, request))
      const { source, destination, flavors, epoch: left } = ending.open
      const side = destination ?? source
      const after = asJson(flavors.after)
      if (side.host !== source.host) {
        return done(after, (tx) => settle(at, tx, operation, request, ending, null))
      }
      if (report?.outcome.kind === 'done') {
        const { output } = report.outcome
        return done(after, (tx) => settle(at, tx, operation, request, ending, output))
      }
      if (report?.outcome.kind === 'failed') return failed(report.outcome.problem)
      if (await hostIsDown(at, side.host)) return { kind: 'parked', until: later(now, deps.timing.lookEvery) }
      const payload: ResizeConfirmPayload = { left }
      const ask = { ...request, operation: operation.id, side, order: 'resize-confirm', payload } as const
      return { kind: 'parked', until: later(now, deps.timing.commandEvery), command: askOf(ask) }
    },
    undo: 'nothing to undo: what was kept for going back is thrown away',
  }
}

/** It runs or not, as it does by now (nova/compute/manager.py, `_confirm_resize`). */
async function settle(
  at: AtCell,
  tx: Parameters<typeof settleAsDone>[0],
  operation: Operation,
  request: ResizeEndRequest,
  { row, open }: Ending,
  shown: Json,
): Promise<void> {
  const power = { powerState: row.power_state, ...powerIn(shown) }
  const change = { ...power, vmState: power.powerState === 'shutdown' ? ('stopped' as const) : ('active' as const) }
  await settleAsDone(tx, at, ACTION, operation, request, { row, change })
  await closeResize(tx, at, open, 'source', 'confirmed', operation.traceId)
}

/** The server stays where and what it has become (nova/compute/api.py, `confirm_resize`). */
export function confirmSaga(deps: ConductorDeps, cell: CellId): Saga<'cell', ResizeEndRequest> {
  const at = { deps, cell }
  return { kind: CONFIRM_RESIZE, store: 'cell', steps: [quiesce(at), confirmStep(at), quotaStep(at, 'confirm')] }
}
