import path from 'node:path'
import { freshRandom, silentLog, systemClock, systemIds, type NetworkHost } from '@novakit/core'
import { bridgeHost } from './networks/host/network-host.ts'
import { dhcpServers } from './networks/host/dhcp-server.ts'
import { drafts, sweepDrafts } from './files/drafts.ts'
import { imageStore, type ImageStore } from './images/image-store.ts'
import { inNamespace, programRunner } from './run/run-program.ts'
import { networkStore, type NetworkStore } from './networks/network-store.ts'
import { openRecords, type Records } from './records/records.ts'
import { parseOptions, type LocalServicesOptions } from './options.ts'
import { volumeStore, type VolumeStore } from './volumes/volume-store.ts'
import { sealedFolder, type SealedFolder } from './files/sealed-folder.ts'

/** Services of one folder on this machine. */
export interface LocalServices {
  readonly images: ImageStore
  readonly networks: NetworkStore & NetworkHost
  readonly volumes: VolumeStore
  /** When nobody uses them any more. Bridges and DHCP servers go on: guests do. */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Image, network and volume services in a folder: a cloud with nothing around it. What a crash left behind is put in order first,
 * and what was plugged in is made again. Several processes of one machine may have the same folder.
 * @throws `host.invalid` for wrong options, `file.unsafe` for a folder that is not this user's alone, `storage.*`
 */
export async function localServices(options: LocalServicesOptions): Promise<LocalServices> {
  const given = complete(options)
  const { clock, ids, random, log } = given
  const root = await sealedFolder(given.dir)
  const records = await openRecords(root.pathOf('records.db'), { clock, random, log })
  try {
    const images = await openImages(given, records)
    const control = networkStore({ records, ids, random: random.fork('networks') })
    const networks = { ...control, ...(await openBridges(given, records)) }
    const volumes = await openVolumes(given, records, images)
    const close = (): Promise<void> => records.close()
    return { images, networks, volumes, close, [Symbol.asyncDispose]: close }
  } catch (error) {
    await records.close()
    throw error
  }
}

type Given = ReturnType<typeof complete>

function complete(options: LocalServicesOptions) {
  const given = parseOptions(options)
  const { clock = systemClock, ids = systemIds, random = freshRandom(), log = silentLog } = given
  const { failPoint = () => undefined } = given
  const folder = (...names: readonly string[]): Promise<SealedFolder> => sealedFolder(path.join(given.dir, ...names))
  return { ...given, clock, ids, random, log, failPoint, folder, run: programRunner(clock) }
}

async function openImages(given: Given, records: Records): Promise<ImageStore> {
  const { clock, ids, log, run, failPoint, folder } = given
  const folders = {
    files: await folder('images', 'files'),
    incoming: await folder('images', 'incoming'),
    cache: await folder('images', 'cache'),
    making: await folder('images', 'making'),
  }
  return imageStore({
    records,
    clock,
    ids,
    log,
    run,
    drafts: await drafts(ids),
    options: given.images,
    failPoint,
    folders,
  })
}

async function openVolumes(given: Given, records: Records, images: ImageStore): Promise<VolumeStore> {
  const { ids, log, run, failPoint, folder } = given
  const folders = {
    volumes: await folder('volumes', 'files'),
    snapshots: await folder('volumes', 'snapshots'),
    making: await folder('volumes', 'making'),
  }
  return volumeStore({ records, ids, log, run, drafts: await drafts(ids), images, failPoint, folders })
}

async function openBridges(given: Given, records: Records): Promise<NetworkHost> {
  const { clock, ids, log, bridges, folder } = given
  if (bridges === undefined) return { plug: async () => undefined, unplug: async () => undefined }
  const run = inNamespace(given.run, bridges.namespace)
  const [dhcp, making] = [await folder('networks', 'dhcp'), await folder('networks', 'making')]
  const names = await drafts(ids)
  await sweepDrafts(making, names)
  const host = bridgeHost({ records, log, run, dhcp: dhcpServers({ run, clock, drafts: names, folder: dhcp, making }) })
  await host.restore()
  return { plug: host.plug, unplug: host.unplug }
}
