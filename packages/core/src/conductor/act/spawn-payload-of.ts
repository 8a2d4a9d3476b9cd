import type { AtCell } from '../deps.ts'
import type { InstanceRow } from '../../storage/cell/tables.ts'
import type { Nic } from '../../domain/network/network.ts'
import type { PluggedVolume } from '../../domain/volume/volume.ts'
import type { ServerBlueprint } from '../../domain/server/blueprint.ts'
import type { ServerId } from '../../domain/ids.ts'
import type { SpawnOrderPayload } from '../../rpc/orders/spawn.ts'
import { pluggedVolumes, volumeAttachmentRows } from '../../storage/cell/volume-attachments.ts'

/** What is plugged into a guest besides its own disks. */
export interface Devices {
  readonly nics: readonly Nic[]
  readonly volumes: readonly PluggedVolume[]
}

/** As the records have it now. */
export async function devicesOf({ deps, cell }: AtCell, server: ServerId): Promise<Devices> {
  const rows = await deps.cells.get(cell).read((tx) => volumeAttachmentRows(tx, server))
  return { nics: await deps.networks.list(server), volumes: pluggedVolumes(rows) }
}

/** What a host needs to make a server's guest again, as the server is now. Its first password is not told twice. */
export function spawnPayloadOf(row: InstanceRow, { nics, volumes }: Devices): SpawnOrderPayload {
  const { image, blockDevices, configDrive, keys, userData } = JSON.parse(row.blueprint) as ServerBlueprint
  return {
    name: row.name,
    hostname: row.hostname,
    project: row.project as SpawnOrderPayload['project'],
    user: row.user as SpawnOrderPayload['user'],
    flavor: JSON.parse(row.flavor) as SpawnOrderPayload['flavor'],
    image,
    metadata: JSON.parse(row.metadata) as Record<string, string>,
    blockDevices,
    nics,
    volumes,
    configDrive,
    keys,
    userData,
    adminPassword: null,
    launchIndex: row.launch_index,
    reservation: row.reservation,
    zone: row.zone,
    createdAt: row.created_at,
  }
}
