import type { BuildRequest, Place } from '../../storage/global/build-requests.ts'
import type { ConductorDeps } from '../deps.ts'
import type { CreateRequest } from './request.ts'
import type { StepContext } from '../../saga/index.ts'
import type { BuildRequestOfAttempt } from '../build/request.ts'
import type { Json } from '../../domain/json.ts'
import { accept, loadOperation } from '../../saga/index.ts'
import { attemptId } from './request.ts'
import { hasCode } from '../../domain/error.ts'
import { later } from '../../domain/unit/units.ts'

/** Puts the attempt's operation into the cell where it is to happen; it is there once, whoever starts it. */
export async function startAttempt(
  deps: ConductorDeps,
  context: StepContext<CreateRequest>,
  request: BuildRequest,
  place: Place,
): Promise<null> {
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
  try {
    await deps.cells.get(place.cell).write(async (tx) => {
      if ((await loadOperation(tx, operation)) !== null) return
      await accept(tx, {
        id: operation,
        kind: 'server.build',
        subject: request.server,
        parent: { store: 'global', operation: context.operation.id },
        request: asked as unknown as Json,
        deadline: later(await tx.now(), deps.timing.buildWithin),
        traceId: context.operation.traceId,
      })
      tx.afterCommit(() => deps.poke(place.cell, operation))
    })
  } catch (error) {
    // The cell is down, or somebody else has just started the same attempt: look again later.
    if (!hasCode(error, 'cell.unavailable') && !hasCode(error, 'storage.conflict')) throw error
  }
  return null
}
