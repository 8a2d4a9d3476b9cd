import type { BuildRequest, Place } from '../../storage/global/build-requests.ts'
import type { BuildRequestOfAttempt } from '../build/request.ts'
import type { ConductorDeps } from '../deps.ts'
import type { CreateRequest } from './request.ts'
import type { Json } from '../../domain/json.ts'
import type { StepContext } from '../../saga/index.ts'
import { acceptOnce, type NewOperation } from '../../saga/index.ts'
import { attemptId } from './request.ts'
import { enter } from '../build/enter-step.ts'
import { later } from '../../domain/unit/units.ts'

/**
 * Puts the attempt's operation, and the server itself, into the cell where it is to happen. They are there once,
 * whoever starts it. @returns whether they were new
 * @throws `cell.unavailable`, `server.deleted_meanwhile`
 */
export async function startAttempt(
  deps: ConductorDeps,
  context: StepContext<CreateRequest>,
  request: BuildRequest,
  place: Place,
): Promise<boolean> {
  const operation = attemptId(context.operation.id, request.server, request.attempt)
  const asked: BuildRequestOfAttempt = {
    server: request.server,
    attempt: request.attempt,
    host: place.host,
    node: place.node,
    allocations: place.allocations,
    blueprint: request.blueprint,
    createdAt: request.createdAt,
  }
  return deps.cells.get(place.cell).write(async (tx) => {
    const lease = deps.hands.lease(place.cell)
    const intent: NewOperation = {
      id: operation,
      kind: 'server.build',
      subject: request.server,
      parent: { store: 'global', operation: context.operation.id },
      request: asked as unknown as Json,
      deadline: later(await tx.now(), deps.timing.buildWithin),
      traceId: context.operation.traceId,
    }
    const made = await acceptOnce(tx, intent, lease)
    if (made !== null) await enter(tx, deps, asked, operation)
    tx.afterCommit(() => {
      if (made !== null && lease !== null) deps.hands.begin(place.cell, made)
      else deps.poke(place.cell, operation)
    })
    return made !== null
  })
}
