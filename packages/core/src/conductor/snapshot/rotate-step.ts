import type { AtCell } from '../deps.ts'
import type { Image } from '../../domain/image/image.ts'
import type { SnapshotRequest } from '../../lifecycle/index.ts'
import type { SnapshotStep } from './request.ts'
import { done } from '../../saga/index.ts'
import { ownerContext } from './request.ts'
import { problemOf } from '../../domain/error.ts'

/**
 * Deletes the oldest backups of the type beyond those that are kept (nova/compute/manager.py, `_rotate_backups`). One that
 * may not be deleted stays; an image service that is away is asked again.
 */
export function rotateStep({ deps }: AtCell): SnapshotStep {
  return {
    name: 'rotate',
    pivot: true,
    run: async ({ request, operation, log }) => {
      const context = ownerContext(request, operation)
      const backups = backupsAmong(await deps.images.list(context), request)
      for (const { id: image } of backups.slice(request.rotation?.keep ?? backups.length)) {
        await deps.images.delete(context, image).catch((error: unknown) => {
          if (problemOf(error).kind === 'unavailable') throw error
          log.info('an old backup could not be deleted', { image, ...problemOf(error) })
        })
      }
      return done()
    },
    undo: 'nothing to undo: the backup is made, and older ones are deleted for good',
  }
}

/** Newest first. What is still being uploaded is none yet. */
function backupsAmong(images: readonly Image[], { server, rotation }: SnapshotRequest): readonly Image[] {
  return images
    .filter(({ status, properties }) => status === 'active' && properties['image_type'] === 'backup')
    .filter(({ properties }) => properties['instance_uuid'] === server && properties['backup_type'] === rotation?.type)
    .toSorted((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1))
}
