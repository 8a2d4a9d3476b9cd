import type { BuildRequestOfAttempt } from './request.ts'
import type { ServerId } from '../../domain/ids.ts'
import type { CellTx } from '../../ports/storage.ts'
import type { InstanceChange } from '../../storage/cell/instances.ts'
import type { Step } from '../../saga/index.ts'
import type { TaskState } from '../../domain/server/states.ts'
import { changeInstance } from '../../storage/cell/instances.ts'
import { serverErrors } from '../../domain/server/errors.ts'

export type BuildStep = Step<'cell', BuildRequestOfAttempt>

/**
 * Moves the server one state on, if it is still in the state that the attempt left it in.
 * @throws `server.deleted_meanwhile`
 */
export async function moveOn(
  tx: CellTx,
  request: BuildRequestOfAttempt,
  from: TaskState,
  change: InstanceChange,
): Promise<void> {
  const moved = await changeInstance(tx, request.server, { taskState: from, epoch: request.attempt }, change)
  if (!moved) throw deletedMeanwhile(request.server)
}

/** Whoever takes a server's task state away from its builder deletes it: nothing else may, while it is being built. */
export function deletedMeanwhile(server: ServerId): Error {
  return serverErrors.deleted_meanwhile({ server })
}
