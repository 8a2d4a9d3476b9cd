import type { Attempt, BuildStep } from './attempt.ts'
import { crossOnce, done, uncrossOnce } from '../../saga/index.ts'
import { deletedMeanwhile } from './attempt.ts'
import { instanceRow } from '../../storage/cell/instances.ts'
import { markBuildMapped } from '../../storage/global/build-requests.ts'
import { moveMapping } from '../../storage/global/instance-mappings.ts'

/** From here on readers look for the server in its cell, and it is deleted there. */
export function mapStep({ deps, cell }: Attempt): BuildStep {
  return {
    name: 'map',
    run: async ({ request, operation }) => {
      const { server, attempt } = request
      await deps.global.write((tx) =>
        crossOnce(tx, operation.id, 'map', async () => {
          if (!(await markBuildMapped(tx, server, attempt, true))) throw deletedMeanwhile(server)
          await moveMapping(tx, server, null, cell)
          return null
        }),
      )
      return done()
    },
    undo: async ({ request, operation }) => {
      const { server, attempt } = request
      const row = await deps.cells.get(cell).read((tx) => instanceRow(tx, server))
      if (row?.task_state === 'deleting') return done('left to its deletion')
      await deps.global.write((tx) =>
        uncrossOnce(tx, operation.id, 'map', async () => {
          if (await moveMapping(tx, server, cell, null)) await markBuildMapped(tx, server, attempt, false)
        }),
      )
      return done()
    },
  }
}
