import type { AtCell } from '../deps.ts'
import type { CellTx } from '../../ports/storage.ts'
import type { InstanceRow } from '../../storage/cell/tables.ts'
import type { OpenResize } from '../../storage/cell/open-resizes.ts'
import type { Operation } from '../../domain/operation/operation.ts'
import type { ProjectId } from '../../domain/ids.ts'
import type { ResizeEnd, ResizeEndRequest } from '../../lifecycle/index.ts'
import { changeInstance, instanceRow } from '../../storage/cell/instances.ts'
import { changeMigration } from '../../storage/cell/migrations-of.ts'
import { finishAction } from '../../storage/cell/actions.ts'
import { id } from '../../domain/ids.ts'
import { moves } from '../../domain/server/moves.ts'
import { openResizeOf } from '../../storage/cell/open-resizes.ts'
import { problemOf, tenantView } from '../../domain/error.ts'
import { publish } from '../../saga/index.ts'
import { serverErrors } from '../../domain/server/errors.ts'

/** A server whose resize is being confirmed or reverted. */
export interface Ending {
  readonly row: InstanceRow
  readonly open: OpenResize
}

const toldAs = { confirmResize: 'resize_confirm', revertResize: 'resize_revert' } as const

/** Null where somebody has overtaken it: whoever deletes the server ends its resize too. */
export async function endingOf(
  tx: CellTx,
  action: ResizeEnd,
  { server, migration, sequence }: ResizeEndRequest,
): Promise<Ending | null> {
  const row = await instanceRow(tx, server)
  const open = await openResizeOf(tx, server)
  const tasks: readonly (string | null)[] = moves[action].through
  if (row === null || open === null || row.deleted_at !== null || open.id !== migration) return null
  return row.sequence === sequence && tasks.includes(row.task_state) ? { row, open } : null
}

export function readEnding(
  { deps, cell }: AtCell,
  action: ResizeEnd,
  request: ResizeEndRequest,
): Promise<Ending | null> {
  return deps.cells.get(cell).read((tx) => endingOf(tx, action, request))
}

/** It waits to be confirmed or reverted as before, unless it was overtaken. */
export async function settleAsFailed(
  tx: CellTx,
  { deps }: AtCell,
  action: ResizeEnd,
  operation: Operation,
  request: ResizeEndRequest,
): Promise<void> {
  const { server, migration } = request
  const ending = await endingOf(tx, action, request)
  if (ending !== null) {
    const { task_state: taskState, epoch } = ending.row
    await changeInstance(tx, server, { taskState, epoch }, { taskState: null })
    await changeMigration(tx, migration, { status: 'finished' })
  }
  await tellOfFailure(tx, deps, action, operation, request)
}

/** In the server's history, and to whoever listens. */
export async function tellOfFailure(
  tx: CellTx,
  { ids }: Pick<AtCell['deps'], 'ids'>,
  action: ResizeEnd,
  operation: Operation,
  { server }: ResizeEndRequest,
): Promise<void> {
  const problem = operation.problem ?? problemOf(serverErrors.changed_meanwhile({ server }))
  await finishAction(tx, operation.id, server, problem)
  const row = await instanceRow(tx, server)
  if (row === null) return
  const told = { server, project: id<ProjectId>(row.project), operation: operation.id, problem: tenantView(problem) }
  await publish(tx, ids, server, `instance.${toldAs[action]}.error`, told)
}

/** It is confirmed, or back. @throws `server.changed_meanwhile` */
export async function settleAsDone(
  tx: CellTx,
  { deps }: AtCell,
  action: ResizeEnd,
  operation: Operation,
  request: ResizeEndRequest,
  { row, change }: Pick<Ending, 'row'> & { readonly change: Parameters<typeof changeInstance>[3] },
): Promise<void> {
  const { server, sequence } = request
  const rest = { taskState: null, answered: sequence, ...change }
  if (!(await changeInstance(tx, server, { taskState: row.task_state, epoch: row.epoch }, rest))) {
    throw serverErrors.changed_meanwhile({ server })
  }
  await finishAction(tx, operation.id, server, null)
  const told = { server, project: id<ProjectId>(row.project), operation: operation.id }
  await publish(tx, deps.ids, server, `instance.${toldAs[action]}.end`, told)
}
