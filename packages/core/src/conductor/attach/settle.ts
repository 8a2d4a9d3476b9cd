import type { CellTx } from '../../ports/storage.ts'
import type { Ids } from '../../ports/ids.ts'
import type { Operation } from '../../domain/operation/operation.ts'
import type { ProjectId, ServerId } from '../../domain/ids.ts'
import { finishAction } from '../../storage/cell/actions.ts'
import { id } from '../../domain/ids.ts'
import { instanceRow } from '../../storage/cell/instances.ts'
import { problemOf, tenantView } from '../../domain/error.ts'
import { publish } from '../../saga/index.ts'
import { serverErrors } from '../../domain/server/errors.ts'

/** What is told of when it begins, and how it ends (nova/notifications/objects/instance.py). */
export type ToldOfDevices = 'volume_attach' | 'volume_detach' | 'interface_attach' | 'interface_detach'

/** It is over: that is written into the server's history, and told. */
export async function settleAsDone(
  tx: CellTx,
  ids: Ids,
  operation: Operation,
  server: ServerId,
  told: ToldOfDevices,
): Promise<void> {
  await finishAction(tx, operation.id, server, null)
  const row = await instanceRow(tx, server)
  if (row === null) return
  const project = id<ProjectId>(row.project)
  await publish(tx, ids, server, `instance.${told}.end`, { server, project, operation: operation.id })
}

/** It came to nothing. */
export async function settleAsFailed(
  tx: CellTx,
  ids: Ids,
  operation: Operation,
  server: ServerId,
  told: ToldOfDevices,
): Promise<void> {
  const problem = operation.problem ?? problemOf(serverErrors.changed_meanwhile({ server }))
  await finishAction(tx, operation.id, server, problem)
  const row = await instanceRow(tx, server)
  if (row === null) return
  const project = id<ProjectId>(row.project)
  const about = { server, project, operation: operation.id, problem: tenantView(problem) }
  await publish(tx, ids, server, `instance.${told}.error`, about)
}
