import { rm } from 'node:fs/promises'
import type { HypervisorFacets } from '@novakit/core'
import { isVolume, named } from '../disks/make-disks.ts'
import type { Station } from '../station.ts'
import { startAnew } from './restart.ts'

/** Disks are made anew from the order, but for ephemeral ones that are to be preserved, and volumes. */
export function rebuildFacet(station: Station): HypervisorFacets['rebuild'] {
  const { folders, turns } = station
  return {
    rebuild: (order, { preserveEphemeral }) =>
      turns.take(order.server, () =>
        startAnew(station, order, async () => {
          for (const [{ role, backing }, name] of named(order.disks)) {
            if (backing !== null && isVolume(backing)) continue
            if (role === 'ephemeral' && preserveEphemeral) continue
            await rm(folders.file(order.server, name), { force: true })
          }
        }),
      ),
  }
}
