import type { BuildRequest } from '../../storage/global/build-requests.ts'
import type { ConductorDeps } from '../deps.ts'
import type { CreateRequest } from './request.ts'
import type { Step } from '../../saga/index.ts'
import { buildRequestsOf } from '../../storage/global/build-requests.ts'
import { done } from '../../saga/index.ts'
import { later } from '../../domain/unit/units.ts'
import { nextMove } from './next-move.ts'

/**
 * Keeps one attempt going for each server, until each is active, in error or deleted. It acts on what the stores say,
 * not on messages: a wake-up only makes it look sooner.
 */
export function attemptsStep(deps: ConductorDeps): Step<'global', CreateRequest> {
  return {
    name: 'attempts',
    pivot: true,
    run: async (context) => {
      const requests = await deps.global.read((tx) => buildRequestsOf(tx, context.operation.id))
      if (requests.length === 0) return done()
      const moves = await Promise.all(requests.map((request: BuildRequest) => nextMove(deps, context, request)))
      const due = moves.filter((move) => move !== null)
      if (due.length === 0) return { kind: 'parked', until: later(context.now, deps.timing.lookEvery) }
      return {
        kind: 'parked',
        until: context.now,
        commit: async (tx) => {
          for (const move of due) await move(tx)
        },
      }
    },
    undo: 'nothing to undo: an accepted request goes forward',
  }
}
