import type { AtCell } from '../deps.ts'
import type { CellTx } from '../../ports/storage.ts'
import type { Ends } from '../snapshot/settle.ts'
import type { InstanceChange } from '../../storage/cell/instances.ts'
import type { Operation } from '../../domain/operation/operation.ts'
import type { SnapshotRequest } from '../../lifecycle/index.ts'
import { beginOffload } from '../../lifecycle/index.ts'
import { changeInstance, instanceRow } from '../../storage/cell/instances.ts'
import { finishAction } from '../../storage/cell/actions.ts'
import { id } from '../../domain/ids.ts'
import { isUnderWay } from '../act/settle.ts'
import { problemOf, tenantView } from '../../domain/error.ts'
import { publish } from '../../saga/index.ts'
import { serverErrors } from '../../domain/server/errors.ts'
import { STOP } from './stop-step.ts'

/** Where a server rests that was to be shelved. */
export const shelveEnds = (at: AtCell): Ends => ({
  done: (tx, operation, request) => shelved(tx, at, operation, request),
  failed: (tx, operation, request) => notShelved(tx, at, operation, request),
})

/** It is off, and its disk is an image; where the cloud says so it begins to leave its host in the same stroke. */
async function shelved(
  tx: CellTx,
  { deps, cell }: AtCell,
  operation: Operation,
  request: SnapshotRequest,
): Promise<void> {
  const { server, epoch, sequence, project, user, snapshot } = request
  const row = await instanceRow(tx, server)
  if (row === null || !isUnderWay(row, request)) throw serverErrors.changed_meanwhile({ server })
  const rest: InstanceChange = {
    vmState: 'shelved',
    taskState: null,
    powerState: 'shutdown',
    answered: sequence,
    shelvedImage: snapshot.image,
    setAsideAt: await tx.now(),
  }
  if (!(await changeInstance(tx, server, { taskState: row.task_state, epoch }, rest))) {
    throw serverErrors.changed_meanwhile({ server })
  }
  await finishAction(tx, operation.id, server, null)
  await publish(tx, deps.ids, server, 'instance.shelve.end', { server, project, operation: operation.id })
  if (deps.timing.offloadAfter !== 0) return
  const who = { requestId: id<never>(operation.traceId), user }
  const after = await instanceRow(tx, server)
  const order = { record: null, within: deps.timing.actWithin }
  const begun = after === null ? null : await beginOffload(tx, deps, who, after, order)
  if (begun !== null) tx.afterCommit(() => deps.poke(cell, begun))
}

/** As it was, or stopped where its guest is off by now; one that was overtaken is left to whoever did that. */
async function notShelved(tx: CellTx, { deps }: AtCell, operation: Operation, request: SnapshotRequest): Promise<void> {
  const { server, epoch, sequence, project } = request
  const problem = operation.problem ?? problemOf(serverErrors.changed_meanwhile({ server }))
  await finishAction(tx, operation.id, server, problem)
  const row = await instanceRow(tx, server)
  if (row === null) return
  if (isUnderWay(row, request)) {
    const isOff = operation.journal.some(({ step, phase }) => step === STOP && phase === 'done')
    const off: InstanceChange = isOff ? { vmState: 'stopped', powerState: 'shutdown', answered: sequence } : {}
    await changeInstance(tx, server, { taskState: row.task_state, epoch }, { taskState: null, ...off })
  }
  const told = { server, project, operation: operation.id, problem: tenantView(problem) }
  await publish(tx, deps.ids, server, 'instance.shelve.error', told)
}
