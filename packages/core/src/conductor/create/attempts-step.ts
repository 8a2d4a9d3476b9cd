import type { BuildMove, NextMove } from './build-move.ts'
import type { BuildRequest } from '../../storage/global/build-requests.ts'
import type { ConductorDeps } from '../deps.ts'
import type { CreateRequest } from './request.ts'
import type { GlobalTx } from '../../ports/storage.ts'
import type { Step, StepContext } from '../../saga/index.ts'
import { done } from '../../saga/index.ts'
import { later } from '../../domain/unit/units.ts'
import { nextMove } from './next-move.ts'
import { problemOf } from '../../domain/error.ts'
import { requestsFor } from './hand-over.ts'
import { standingsOf } from './standings.ts'

/**
 * Keeps one attempt going for each server, until each is active, in error or deleted. It acts on what the stores say,
 * not on messages: a wake-up only makes it look sooner.
 */
export function attemptsStep(deps: ConductorDeps): Step<'global', CreateRequest> {
  return {
    name: 'attempts',
    pivot: true,
    run: async (context) => {
      const requests = await requestsFor(deps, context)
      if (requests.length === 0) return done()
      const moves = await movesOf(deps, context, requests)
      const due = moves.filter((move): move is BuildMove => typeof move === 'object')
      const commit = (tx: GlobalTx): Promise<void> => inTurn(due, tx)
      if (due.length === requests.length && due.every((move) => move.last)) return done(null, commit)
      if (due.length > 0 || moves.includes('look')) return { kind: 'parked', until: context.now, commit }
      return { kind: 'parked', until: later(context.now, deps.timing.lookEvery) }
    },
    undo: 'nothing to undo: an accepted request goes forward',
  }
}

async function inTurn(moves: readonly BuildMove[], tx: GlobalTx): Promise<void> {
  for (const move of moves) await move.write(tx)
}

/** What one server meets does not keep the others waiting. @throws it, when nothing else can be done */
async function movesOf(
  deps: ConductorDeps,
  context: StepContext<CreateRequest>,
  requests: readonly BuildRequest[],
): Promise<readonly NextMove[]> {
  const standings = await standingsOf(deps, context, requests)
  const answers = await Promise.allSettled(
    requests.map((request) => nextMove(deps, context, request, standings.get(request.server) ?? 'unknown')),
  )
  const moves = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []))
  const failures = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason as unknown] : []))
  if (failures.length > 0 && moves.every((move) => move === 'wait')) throw failures[0]
  for (const failure of failures) context.log.warn('a server of the request waits', { ...problemOf(failure) })
  return moves
}
