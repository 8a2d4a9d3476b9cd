import type { InstanceRow } from '../../storage/cell/tables.ts'
import type { Nic } from '../../domain/network/network.ts'
import type { ServerBlueprint } from '../../domain/server/blueprint.ts'
import type { SpawnOrderPayload } from '../../rpc/orders/spawn.ts'

/** What a host needs to make a server's guest again, as the server is now. Its first password is not told twice. */
export function spawnPayloadOf(row: InstanceRow, nics: readonly Nic[]): SpawnOrderPayload {
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
