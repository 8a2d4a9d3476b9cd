import type { BuildMove } from './build-move.ts'
import type { BuildRequest } from '../../storage/global/build-requests.ts'
import type { ConductorDeps } from '../deps.ts'
import type { CreateRequest } from './request.ts'
import type { Step, StepContext } from '../../saga/index.ts'
import { buildRequestsOf } from '../../storage/global/build-requests.ts'
import { done } from '../../saga/index.ts'
import { later } from '../../domain/unit/units.ts'
import { nextMove } from './next-move.ts'
import { problemOf } from '../../domain/error.ts'

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
      const due = await movesThatAreDue(deps, context, requests)
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

/** What one server meets does not keep the others waiting. @throws it, when nothing else can be done */
async function movesThatAreDue(
  deps: ConductorDeps,
  context: StepContext<CreateRequest>,
  requests: readonly BuildRequest[],
): Promise<readonly BuildMove[]> {
  const answers = await Promise.allSettled(requests.map((request) => nextMove(deps, context, request)))
  const due = answers.flatMap((answer) =>
    answer.status === 'fulfilled' && answer.value !== null ? [answer.value] : [],
  )
  const failures = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason as unknown] : []))
  if (failures.length > 0 && due.length === 0) throw failures[0]
  for (const failure of failures) context.log.warn('a server of the request waits', { ...problemOf(failure) })
  return due
}
