import type { AtCell } from '../deps.ts'
import type { ResizeStep } from './request.ts'
import { done } from '../../saga/index.ts'
import { hostIsDown } from '../host-is-down.ts'
import { instanceRow } from '../../storage/cell/instances.ts'
import { isUnderWay, returnsAt } from './standing.ts'
import { later, millis } from '../../domain/unit/units.ts'
import { reconnect } from '../attach/reconnect-step.ts'

/** On the way back the host that was left reaches the server's volumes again before it has the guest again. */
export function carryStep(at: AtCell): ResizeStep {
  const { deps, cell } = at
  return {
    name: 'carry',
    quiet: true,
    run: async () => done(),
    undo: async (context) => {
      const { request, now } = context
      const row = await deps.cells.get(cell).read((tx) => instanceRow(tx, request.server))
      // Before it has changed hands nobody else was given access.
      if (row === null || !isUnderWay(row, request) || row.epoch !== returnsAt(request.epoch)) return done()
      if (await hostIsDown(at, request.source.host)) return { kind: 'parked', until: later(now, deps.timing.lookEvery) }
      const answer = await reconnect(at, context, row.epoch)
      return answer.kind === 'failed' ? { kind: 'retry', after: millis(0) } : answer
    },
  }
}
