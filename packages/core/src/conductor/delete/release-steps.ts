import type { AtCell, ConductorDeps } from '../deps.ts'
import type { DeleteStep } from './request.ts'
import type { GlobalTx } from '../../ports/storage.ts'
import type { ImageId, ProjectId, ServerId, UserId } from '../../domain/ids.ts'
import { crossOnce, done } from '../../saga/index.ts'
import { dropImage } from '../snapshot/drop-image.ts'
import { giveBack } from '../../storage/global/quotas.ts'
import { id, type ConsumerId } from '../../domain/ids.ts'
import { instanceRow } from '../../storage/cell/instances.ts'
import { leaveGroups } from '../../storage/global/server-groups.ts'
import { markMappingDeleted } from '../../storage/global/instance-mappings.ts'
import { ownerContext } from '../snapshot/request.ts'
import { removeBuildRequest } from '../../storage/global/build-requests.ts'
import { removeRequestSpec } from '../../storage/global/request-specs.ts'

/** Its ports are freed, whenever they were made: it has no host after this one. If it is shelved, its image goes too. */
export function unplugStep({ deps, cell }: AtCell): DeleteStep {
  return {
    name: 'unplug',
    run: async ({ request, operation }) => {
      const row = await deps.cells.get(cell).read((tx) => instanceRow(tx, request.server))
      await deps.networks.release(request.server, row?.epoch ?? Number.MAX_SAFE_INTEGER)
      if (row !== null && row.shelved_image !== null) {
        const owner = { project: id<ProjectId>(row.project), user: id<UserId>(row.user) }
        await dropImage(deps, ownerContext(owner, operation), id<ImageId>(row.shelved_image))
      }
      return done()
    },
    undo: 'nothing to undo: an accepted delete goes forward',
  }
}

/** What it held in the global store is given back, once. */
export function releaseStep({ deps }: AtCell): DeleteStep {
  return {
    name: 'release',
    run: async ({ request, operation }) => {
      await deps.global.write((tx) =>
        crossOnce(tx, operation.id, 'release', async () => {
          await forget(tx, deps, request.server)
          return null
        }),
      )
      return done()
    },
    undo: 'nothing to undo: an accepted delete goes forward',
  }
}

/** Claim, quota, group membership, address: nothing of the server is left in the global store. */
export async function forget(tx: GlobalTx, deps: Pick<ConductorDeps, 'ledger'>, server: ServerId): Promise<void> {
  await deps.ledger.release(tx, [id<ConsumerId>(server)])
  await giveBack(tx, server)
  await leaveGroups(tx, server)
  await removeBuildRequest(tx, server)
  await removeRequestSpec(tx, server)
  await markMappingDeleted(tx, server)
}
