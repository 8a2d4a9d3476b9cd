import type { AtCell } from '../deps.ts'
import type { CellTx } from '../../ports/storage.ts'
import type { Ids } from '../../ports/ids.ts'
import type { Json } from '../../domain/json.ts'
import type { Operation } from '../../domain/operation/operation.ts'
import type { OperationId, ProjectId } from '../../domain/ids.ts'
import type { PowerState } from '../../domain/server/states.ts'
import type { ResizeRequest } from '../../lifecycle/index.ts'
import { changeInstance, instanceRow } from '../../storage/cell/instances.ts'
import { changeMigration } from '../../storage/cell/migrations-of.ts'
import { closeResize } from './close.ts'
import { finishAction } from '../../storage/cell/actions.ts'
import { id } from '../../domain/ids.ts'
import { isThere, isUnderWay } from './standing.ts'
import { openResizeOf } from '../../storage/cell/open-resizes.ts'
import { powerStates } from '../../domain/server/states.ts'
import { problemOf, tenantView } from '../../domain/error.ts'
import { publish } from '../../saga/index.ts'
import { serverErrors } from '../../domain/server/errors.ts'

/** It waits to be confirmed or reverted. @throws `server.changed_meanwhile` */
export async function settleAsArrived(
  tx: CellTx,
  ids: Ids,
  operation: OperationId,
  request: ResizeRequest,
  shown: Json,
): Promise<void> {
  const { server, migration, sequence } = request
  const row = await instanceRow(tx, server)
  if (row === null || !isUnderWay(row, request) || !isThere(row, request))
    throw serverErrors.changed_meanwhile({ server })
  const launchedAt = await tx.now()
  const rest = { vmState: 'resized', taskState: null, answered: sequence, launchedAt, ...powerIn(shown) } as const
  if (!(await changeInstance(tx, server, { taskState: row.task_state, epoch: row.epoch }, rest))) {
    throw serverErrors.changed_meanwhile({ server })
  }
  await changeMigration(tx, migration, { status: 'finished' })
  await finishAction(tx, operation, server, null)
  await publish(tx, ids, server, 'instance.resize.end', { server, project: id<ProjectId>(row.project), operation })
}

/** What an order's output says of the guest's power. */
export function powerIn(output: Json): { readonly powerState?: PowerState } {
  const { power } = (output ?? {}) as { readonly power?: PowerState }
  return power !== undefined && powerStates.includes(power) ? { powerState: power } : {}
}

/**
 * As it was, where it was: everything else was brought back before. One that was overtaken is left to whoever did that,
 * where it is by then.
 */
export async function settleAsFailed(
  tx: CellTx,
  at: AtCell,
  operation: Operation,
  request: ResizeRequest,
): Promise<void> {
  const { server, from, sequence } = request
  const problem = operation.problem ?? problemOf(serverErrors.changed_meanwhile({ server }))
  await finishAction(tx, operation.id, server, problem)
  const row = await instanceRow(tx, server)
  if (row === null) return
  const mine = isUnderWay(row, request)
  const open = await openResizeOf(tx, server)
  if (open?.id === request.migration) {
    const givenUp = !mine && isThere(row, request) ? 'source' : 'destination'
    await closeResize(tx, at, open, givenUp, 'error', operation.traceId)
  }
  if (mine) {
    const cameBack = row.epoch > request.epoch
    const powerState: PowerState = from === 'stopped' ? 'shutdown' : 'running'
    const rest = { taskState: null, ...(cameBack ? { powerState, answered: sequence } : {}) }
    await changeInstance(tx, server, { taskState: row.task_state, epoch: row.epoch }, rest)
  }
  const told = { server, project: id<ProjectId>(row.project), operation: operation.id, problem: tenantView(problem) }
  await publish(tx, at.deps.ids, server, 'instance.resize.error', told)
}
