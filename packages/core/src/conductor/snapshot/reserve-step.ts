import type { AtCell } from '../deps.ts'
import type { SnapshotStep } from './request.ts'
import { done, failed } from '../../saga/index.ts'
import { imageErrors } from '../../domain/image/errors.ts'
import { instanceRow } from '../../storage/cell/instances.ts'
import { isUnderWay } from '../act/settle.ts'
import { moveTo, type Ends } from './settle.ts'
import { newImageOf } from '../../lifecycle/index.ts'
import { ownerContext } from './request.ts'
import { isNovakitError, problemOf } from '../../domain/error.ts'
import { serverErrors } from '../../domain/server/errors.ts'

/** An empty image, which whoever asked has been told of already. On the way back it is deleted, whatever is in it. */
export function reserveStep({ deps, cell }: AtCell, ends: Ends): SnapshotStep {
  return {
    name: 'reserve',
    run: async ({ request, operation }) => {
      const { server, action } = request
      const row = await deps.cells.get(cell).read((tx) => instanceRow(tx, server))
      if (row === null || !isUnderWay(row, request))
        return failed(problemOf(serverErrors.changed_meanwhile({ server })))
      const context = ownerContext(request, operation)
      const { id: image, status } = await deps.images.reserve(context, newImageOf(request), operation.id)
      if (status === 'deleted') return failed(problemOf(imageErrors.not_found({ image })))
      return done(null, async (tx) => {
        if (action === 'createImage') await moveTo(tx, request, 'image_snapshot')
      })
    },
    undo: async ({ request, operation }) => {
      const context = ownerContext(request, operation)
      // An API that is late finds the key used, and makes no image that nobody would delete.
      await deps.images.reserve(context, newImageOf(request), operation.id).catch(unlessAway)
      await deps.images.delete(context, request.snapshot.image)
      return done(null, (tx) => ends.failed(tx, operation, request))
    },
  }
}

/** What an image service refuses once it refuses to others too. */
function unlessAway(error: unknown): void {
  if (problemOf(error).kind === 'unavailable' || !isNovakitError(error)) throw error
}
