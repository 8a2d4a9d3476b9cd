import type { AtCell } from '../deps.ts'
import type { Flavor } from '../../domain/flavor/flavor.ts'
import type { ResizeEndStep } from './request.ts'
import { crossOnce, done } from '../../saga/index.ts'
import { keepOnly } from '../../storage/global/quotas.ts'
import { quotaOf } from './request.ts'

/**
 * Its project pays for what the server is from now on, and for nothing that it was or was to be.
 * @param after the step that puts out its flavor; null: it was overtaken, and whoever did that sees to it
 */
export function quotaStep({ deps }: AtCell, after: string): ResizeEndStep {
  return {
    name: 'quota',
    run: async ({ request, operation, output }) => {
      const flavor = output<Flavor | null>(after)
      if (flavor === null) return done()
      await deps.global.write((tx) =>
        crossOnce(tx, operation.id, 'quota', async () => {
          await keepOnly(tx, request.server, quotaOf(flavor))
          return null
        }),
      )
      return done()
    },
    undo: 'nothing to undo: the resize is over',
  }
}
