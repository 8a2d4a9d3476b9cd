import type { Cell, Cells } from './cells.ts'
import type { FirstBootInput } from '../domain/first-boot/first-boot.ts'
import type { FirstBootSource } from '../ports/first-boot.ts'
import type { GlobalStore } from '../ports/storage.ts'
import type { InstanceRow } from '../storage/cell/tables.ts'
import type { NetworkControl } from '../ports/network.ts'
import type { Nic } from '../domain/network/network.ts'
import type { SecretBox } from '../ports/secrets.ts'
import type { ServerBlueprint } from '../domain/server/blueprint.ts'
import type { ServerId } from '../domain/ids.ts'
import { guestPassword, keepGuestPassword } from '../storage/cell/guest-passwords.ts'
import { id } from '../domain/ids.ts'
import { instanceRow } from '../storage/cell/instances.ts'
import { instant } from '../domain/unit/units.ts'
import { mappingOf } from '../storage/global/instance-mappings.ts'
import { taggedNic } from '../domain/first-boot/tagged-nic.ts'

export interface FirstBootSourceDeps {
  readonly global: GlobalStore
  readonly cells: Cells
  readonly networks: NetworkControl
  readonly secrets: SecretBox
}

/**
 * What guests are told, as the stores have it now: metadata that was changed since the server was made is changed here
 * too. A server that stands in no cell yet asks nothing, and one that is deleted is not told anything.
 */
export function firstBootSource(deps: FirstBootSourceDeps): FirstBootSource {
  const { networks } = deps
  return {
    byServer: async (server) => {
      const cell = await cellOf(deps, server)
      const row = (await cell?.read((tx) => instanceRow(tx, server))) ?? null
      return row === null || row.deleted_at !== null ? null : inputOf(deps, row, await networks.list(server))
    },
    serverAt: async (network, address) => (await networks.serverAt?.(network, address)) ?? null,
    password: async (server) => (await (await cellOf(deps, server))?.read((tx) => guestPassword(tx, server))) ?? null,
    storePassword: async (server, encrypted) =>
      (await (await cellOf(deps, server))?.write((tx) => keepGuestPassword(tx, server, encrypted))) ?? false,
  }
}

async function cellOf({ global, cells }: FirstBootSourceDeps, server: ServerId): Promise<Cell | null> {
  const mapping = await global.read((tx) => mappingOf(tx, server))
  return mapping === null || mapping.cell === null || mapping.released ? null : cells.get(mapping.cell)
}

function inputOf({ secrets }: FirstBootSourceDeps, row: InstanceRow, nics: readonly Nic[]): FirstBootInput {
  const blueprint = JSON.parse(row.blueprint) as ServerBlueprint
  const { keys, image, userData } = blueprint
  return {
    server: id(row.id),
    name: row.name,
    hostname: row.hostname,
    project: id(row.project),
    user: id(row.user),
    launchIndex: row.launch_index,
    reservation: row.reservation,
    zone: row.zone,
    flavor: JSON.parse(row.flavor) as FirstBootInput['flavor'],
    image,
    metadata: JSON.parse(row.metadata) as FirstBootInput['metadata'],
    keys,
    userData: userData === null ? null : Buffer.from(userData, 'base64'),
    nics,
    devices: nics.flatMap(taggedNic),
    files: [],
    // Passwords are for drives.
    adminPassword: null,
    randomSeed: secrets.randomBytes(512),
    vendorData: null,
    createdAt: instant(row.created_at),
  }
}
