import type { CloudPicture } from './cloud-picture.ts'
import type { Flavor } from '../../domain/flavor/flavor.ts'
import { openResizeStatuses } from '../../domain/migration/migration.ts'
import { standing } from './servers.ts'

/** A resize that waits to be confirmed or reverted, and what it keeps for going back. */
export interface KeptForGoingBack {
  readonly migration: string
  readonly server: string
  readonly host: string
  readonly node: string
  readonly epoch: number
  readonly flavor: Flavor
  /** It has not left its host. */
  readonly stayed: boolean
}

interface Details {
  readonly source: { readonly host: string; readonly node: string }
  readonly destination: { readonly host: string | null }
  readonly resize?: { readonly epoch: number; readonly flavors: { readonly before: Flavor } }
}

/** Of servers that have not been deleted. */
export function keptForGoingBack(picture: CloudPicture): readonly KeptForGoingBack[] {
  const there = new Set(standing(picture).map((row) => row.id))
  return openOf(picture).flatMap(({ id: migration, server, details }) => {
    const { source, destination, resize } = JSON.parse(details) as Details
    if (resize === undefined || !there.has(server)) return []
    const { epoch, flavors } = resize
    return [{ migration, server, ...source, epoch, flavor: flavors.before, stayed: destination.host === source.host }]
  })
}

/** Each server that rests `resized` waits for one resize to be ended, and no other server does (I3). */
export function resizesAreOfServers(picture: CloudPicture): readonly string[] {
  const resized = standing(picture).filter((row) => row.vm_state === 'resized')
  const open = openOf(picture)
  const known = new Set(resized.map((row) => row.id))
  return [
    ...resized
      .filter((row) => open.filter(({ server, status }) => server === row.id && status === 'finished').length !== 1)
      .map((row) => `${row.id} is resized, and there is nothing to confirm`),
    ...open
      .filter(({ server }) => !known.has(server))
      .map(({ id, server, status }) => `the resize ${id} of ${server} is ${status}, and nobody can end it`),
  ]
}

function openOf({ migrations }: CloudPicture): CloudPicture['migrations'] {
  const open: readonly string[] = openResizeStatuses
  return migrations.filter(({ type, status }) => (type === 'resize' || type === 'migration') && open.includes(status))
}
