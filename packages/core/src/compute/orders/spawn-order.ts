import type { Disk, SpawnOrder } from '../../ports/hypervisor.ts'
import type { FirstBoot } from '../../ports/first-boot.ts'
import type { GiB } from '../../domain/unit/units.ts'
import type { GuestCommand } from '../../domain/operation/command.ts'
import type { Image } from '../../domain/image/image.ts'
import type { LocalImage } from '../../ports/image.ts'
import type { OrderDeps } from '../deps.ts'
import type { SpawnOrderPayload } from '../../rpc/orders/spawn.ts'
import { firstBootOf } from './first-boot-of.ts'
import { refOf } from './ref-of.ts'
import { problemOf } from '../../domain/error.ts'
import { volumeDisk } from './volume-disk.ts'
import { instant } from '../../domain/unit/units.ts'

export interface SpawnOptions {
  /** False: it is left stopped. */
  readonly powerOn?: boolean | undefined
  /** The guest is there, and its disks are its own by now: an image that is gone is no reason to refuse it. */
  readonly exists?: boolean
  /** False: its NICs and volumes stay as they are, and are not told. */
  readonly plug?: boolean
}

/** Fetches the image, plugs the networks, has the volumes, builds the config drive: all that the hypervisor must be told of a guest. */
export async function spawnOrder(
  deps: OrderDeps,
  command: GuestCommand,
  payload: SpawnOrderPayload,
  signal: AbortSignal,
  { powerOn = true, exists = false, plug = true }: SpawnOptions = {},
): Promise<SpawnOrder> {
  const { name, hostname, project, user, flavor, metadata, nics } = payload
  const guest = refOf(command)
  const image = payload.image === null ? null : await imageFor(deps, payload.image, exists, signal)
  if (plug) {
    for (const nic of nics) await deps.nics.note(guest, nic)
    await deps.networks.plug(guest.server, nics, signal)
  }
  const volumes = plug ? await volumesOf(deps, command, payload) : []
  const configDrive = await configDriveOf(deps, command, payload)
  return {
    ...guest,
    name,
    hostname,
    project,
    user,
    flavor,
    image: payload.image,
    metadata,
    disks: [...disksOf(payload, image), ...volumes],
    nics,
    configDrive,
    allocations: new Map(),
    powerOn,
    createdAt: instant(payload.createdAt),
  }
}

async function imageFor(
  { images, log }: OrderDeps,
  image: Image,
  exists: boolean,
  signal: AbortSignal,
): Promise<LocalImage | null> {
  try {
    return await images.fetch(image, signal)
  } catch (error) {
    const { code, help } = problemOf(error)
    if (!exists || !code.startsWith('image.') || help === 'later') throw error
    log.info('the image of a guest cannot be had any more; its disks are as they are', { image: image.id, code })
    return null
  }
}

async function configDriveOf(
  deps: OrderDeps,
  command: GuestCommand,
  payload: SpawnOrderPayload,
): Promise<SpawnOrder['configDrive']> {
  const { firstBoot } = deps
  if (firstBoot === null || !needsConfigDrive(firstBoot, payload)) return null
  const { format = 'iso9660' } = firstBoot
  const input = firstBootOf(deps.secrets, command.server, payload)
  return { bytes: await firstBoot.configDrive(input, format), format }
}

/** Asked for, forced by the operator, or by whoever made the image (nova/virt/configdrive.py, `required_by`). */
function needsConfigDrive({ force = false }: FirstBoot, { configDrive, image }: SpawnOrderPayload): boolean {
  return configDrive || force || image?.properties['img_config_drive'] === 'mandatory'
}

async function volumesOf(
  { held }: OrderDeps,
  command: GuestCommand,
  { volumes }: SpawnOrderPayload,
): Promise<readonly Disk[]> {
  const disks: Disk[] = []
  for (const volume of volumes) disks.push((await volumeDisk(held, command, volume)).disk)
  return disks
}

function disksOf({ flavor }: SpawnOrderPayload, image: LocalImage | null): readonly Disk[] {
  const disks: Disk[] = [localDisk('root', 0, flavor.disk === 0 ? null : flavor.disk, image)]
  if (flavor.ephemeral > 0) disks.push(localDisk('ephemeral', null, flavor.ephemeral, null))
  if (flavor.swap > 0) disks.push(localDisk('swap', null, Math.ceil(flavor.swap / 1024) as GiB, null))
  return disks
}

function localDisk(role: Disk['role'], bootIndex: number | null, size: GiB | null, backing: LocalImage | null): Disk {
  return {
    role,
    bootIndex,
    size,
    backing,
    bus: null,
    deviceName: null,
    deviceType: 'disk',
    format: null,
    tag: null,
    serial: null,
  }
}
