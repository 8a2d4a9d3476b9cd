import type { AtCell } from '../deps.ts'
import type { Image } from '../../domain/image/image.ts'
import type { SnapshotRequest } from '../../lifecycle/index.ts'
import type { SnapshotStep } from './request.ts'
import { dropImage } from './drop-image.ts'
import { done } from '../../saga/index.ts'
import { ownerContext } from './request.ts'

/**
 * Deletes the oldest backups of the type beyond those that are kept (nova/compute/manager.py, `_rotate_backups`). One that
 * may not be deleted stays; an image service that is away is asked again.
 */
export function rotateStep({ deps }: AtCell): SnapshotStep {
  return {
    name: 'rotate',
    pivot: true,
    run: async ({ request, operation }) => {
      const context = ownerContext(request, operation)
      const backups = backupsAmong(await deps.images.list(context), request)
      for (const { id } of backups.slice(request.rotation?.keep ?? backups.length)) await dropImage(deps, context, id)
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
