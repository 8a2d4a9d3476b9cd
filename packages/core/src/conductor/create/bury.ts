import type { BuildRequest } from '../../storage/global/build-requests.ts'
import type { ConductorDeps } from '../deps.ts'
import type { GlobalTx } from '../../ports/storage.ts'
import type { Operation } from '../../domain/operation/operation.ts'
import type { Problem } from '../../domain/error.ts'
import { addFault, finishAction, startAction } from '../../storage/cell/actions.ts'
import { addInstance, removeUnborn } from '../../storage/cell/instances.ts'
import { CELL0 } from '../../domain/ids.ts'
import { crossOnce, publish, uncrossOnce } from '../../saga/index.ts'
import { moveMapping } from '../../storage/global/instance-mappings.ts'
import { operationErrors } from '../../domain/operation/errors.ts'
import { removeBuildRequest } from '../../storage/global/build-requests.ts'
import { tenantView } from '../../domain/error.ts'

const stepOf = (request: BuildRequest): string => `bury/${request.server}`

/**
 * Lays a server that could not be built into cell0, in error and with its reason, and says what is left to write in
 * the global store. Deleted in between, it is dug up again (`digUp`).
 */
export async function buryServer(
  deps: ConductorDeps,
  operation: Operation,
  request: BuildRequest,
  problem: Problem,
): Promise<(tx: GlobalTx) => Promise<void>> {
  const { server, blueprint } = request
  await deps.cells.get(CELL0).write((tx) =>
    crossOnce(tx, operation.id, stepOf(request), async () => {
      const { createdAt } = request
      const grave = { vmState: 'error', taskState: null, host: null, node: null, epoch: request.attempt } as const
      await addInstance(tx, { server, blueprint, createdAt, ...grave })
      const { requestId, project, user } = blueprint
      await startAction(tx, { server, operation: operation.id, action: 'create', requestId, project, user })
      await finishAction(tx, operation.id, server, problem)
      await addFault(tx, server, operation.id, problem)
      const { name } = blueprint
      const told = { server, project, operation: operation.id, name, problem: tenantView(problem) }
      await publish(tx, deps.ids, server, 'instance.create.error', told)
      return null
    }),
  )
  return async (tx) => {
    const mapped = await moveMapping(tx, server, null, CELL0)
    const free = await removeBuildRequest(tx, server, { unlessDeleting: true })
    if (!mapped || !free) throw operationErrors.again({ why: 'the server is being deleted' })
  }
}

/** Takes a server out of cell0 that was deleted before it was shown there. */
export async function digUp(deps: ConductorDeps, operation: Operation, request: BuildRequest): Promise<void> {
  await deps.cells.get(CELL0).write((tx) =>
    uncrossOnce(tx, operation.id, stepOf(request), async () => {
      await removeUnborn(tx, request.server, request.attempt)
    }),
  )
}
