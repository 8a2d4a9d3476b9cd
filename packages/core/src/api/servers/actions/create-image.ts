import type { ApiDeps } from '../../deps.ts'
import type { CellTx } from '../../../ports/storage.ts'
import type { ImageId, OperationId, ProjectId, ServerId } from '../../../domain/ids.ts'
import type { ParsedBackup, ParsedImage } from './input.ts'
import type { RequestContext } from '../../../domain/context/request-context.ts'
import type { SnapshotRequest } from '../../../lifecycle/index.ts'
import { beginSnapshot, newImageOf } from '../../../lifecycle/index.ts'
import { id } from '../../../domain/ids.ts'
import { inCell } from './in-cell.ts'
import { problemOf } from '../../../domain/error.ts'
import { serverErrors } from '../../../domain/server/errors.ts'
import { snapshotFrom } from './snapshot-from.ts'

/** Makes an image of a server. @returns the image's id: it is there, and empty until the disk is in it. @throws `image.*` */
export function createImage(
  deps: ApiDeps,
  context: RequestContext,
  server: ServerId,
  { name, metadata }: ParsedImage,
): Promise<ImageId> {
  return snapshot(deps, context, server, { action: 'createImage', name, more: metadata, rotation: null })
}

/** The same, and afterwards only so many backups of that type are kept. */
export function createBackup(
  deps: ApiDeps,
  context: RequestContext,
  server: ServerId,
  { name, metadata, type, rotation: keep }: ParsedBackup,
): Promise<ImageId> {
  const more = { ...metadata, backup_type: type }
  return snapshot(deps, context, server, { action: 'createBackup', name, more, rotation: { type, keep } })
}

interface Wanted extends Pick<SnapshotRequest, 'rotation'> {
  readonly action: 'createImage' | 'createBackup'
  readonly name: string
  readonly more: Readonly<Record<string, string>>
}

async function snapshot(
  deps: ApiDeps,
  context: RequestContext,
  server: ServerId,
  { action, name, more, rotation }: Wanted,
): Promise<ImageId> {
  const image = id<ImageId>(deps.ids.uuid())
  const begun = await inCell(deps, context, server, action, async (tx: CellTx, row, cell) => {
    if (row.host === null) throw serverErrors.no_host({ server })
    const made = snapshotFrom(row, context, image, name, action === 'createBackup' ? 'backup' : 'snapshot', more)
    const order = { action, snapshot: made, rotation, within: deps.actWithin }
    const operation = await beginSnapshot(tx, deps, context, row, order)
    if (operation === null) return null
    tx.afterCommit(() => deps.wake(cell, operation))
    return { operation, server, project: id<ProjectId>(row.project), snapshot: made }
  })
  await reserve(deps, context, begun)
  return image
}

/**
 * So that the image can be looked at by whoever is told of it. Where that cannot be had at the moment, it is reserved
 * when the action is carried out: under the same key, so that it is one.
 */
async function reserve(
  { images, log }: ApiDeps,
  context: RequestContext,
  { operation, ...begun }: Pick<SnapshotRequest, 'server' | 'project' | 'snapshot'> & { operation: OperationId },
): Promise<void> {
  try {
    await images.reserve({ ...context, project: begun.project }, newImageOf(begun), operation)
  } catch (error) {
    const problem = problemOf(error)
    if (problem.kind !== 'unavailable' && problem.code.startsWith('image.')) throw error
    log.info('an image is not there yet', { image: begun.snapshot.image, ...problem })
  }
}
