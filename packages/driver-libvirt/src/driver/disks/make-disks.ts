import { rename, rm, stat } from 'node:fs/promises'
import type { Disk, LocalImage, LocalVolume, SpawnOrder } from '@novakit/core'
import type { DiskOrder, DiskSource } from '../../design/index.ts'
import { hypervisorErrors } from '../errors.ts'
import type { Station } from '../station.ts'
import { baseOf, type Base } from './bases.ts'
import { isThere, replaceFile } from './folders.ts'

type Parts = Pick<Station, 'folders' | 'images'>
type Order = Pick<SpawnOrder, 'server' | 'disks' | 'configDrive'>

/**
 * Makes the files that an order's disks want, and says how the guest is to have them. Files that are whole are left as
 * they are, so a repeat finds them; one that is being made has another name until it is whole.
 * @throws `libvirt_driver.image_refused`, `libvirt_driver.disk_too_small`, `libvirt_driver.unsupported`
 */
export async function makeDisks(parts: Parts, order: Order, signal?: AbortSignal): Promise<readonly DiskOrder[]> {
  const disks: DiskOrder[] = []
  for (const [disk, name] of named(order.disks)) disks.push(...(await makeDisk(parts, order, disk, name, signal)))
  const drive = await makeConfigDrive(parts, order)
  return drive === null ? disks : [...disks, drive]
}

/** Nova's names of the files of a guest. */
export function named(disks: readonly Disk[]): readonly (readonly [disk: Disk, file: string])[] {
  const count = { root: 0, ephemeral: 0, swap: 0, volume: 0 }
  return disks.map((disk) => [disk, fileName(disk.role, count[disk.role]++)] as const)
}

function fileName(role: Disk['role'], index: number): string {
  switch (role) {
    case 'root':
      return index === 0 ? 'disk' : `disk.${index}`
    case 'ephemeral':
      return `disk.eph${index}`
    case 'swap':
      return index === 0 ? 'disk.swap' : `disk.swap${index}`
    case 'volume':
      return `volume.${index}`
  }
}

async function makeDisk(
  parts: Parts,
  { server }: Order,
  disk: Disk,
  name: string,
  signal: AbortSignal | undefined,
): Promise<readonly DiskOrder[]> {
  const { backing } = disk
  if (backing !== null && isVolume(backing)) return [await volumeDisk(backing, disk)]
  const file = parts.folders.file(server, name)
  const base = backing === null ? null : await baseOf(parts, backing)
  if (base?.isMedium === true) return withMedium(parts, { ...disk, backing: null }, base, file, signal)
  await makeFile(parts, disk, base, file, signal)
  return [diskOrder(disk, { type: 'file', path: file }, 'qcow2')]
}

export function isVolume(backing: LocalImage | LocalVolume): backing is LocalVolume {
  return 'volume' in backing
}

async function makeFile(
  { images }: Parts,
  { size }: Pick<Disk, 'size'>,
  base: Base | null,
  file: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (base !== null && size !== null && size < base.size)
    throw hypervisorErrors.disk_too_small({ disk: size, image: base.size })
  if (await isThere(file)) return
  if (signal?.aborted === true) throw hypervisorErrors.aborted({ call: 'the work on a disk' })
  const part = `${file}.part`
  await rm(part, { force: true })
  if (base !== null) await images.overlay(part, base.path, base.format, size, signal)
  else if (size !== null) await images.blank(part, size, signal)
  else throw hypervisorErrors.unsupported({ what: 'make a disk of no size that stands on nothing' })
  await rename(part, file)
}

/** An installation medium is a drive that boots, with an empty disk to install to. */
async function withMedium(
  parts: Parts,
  disk: Disk,
  medium: Base,
  file: string,
  signal: AbortSignal | undefined,
): Promise<readonly DiskOrder[]> {
  const drive: Disk = { ...disk, deviceType: 'cdrom', bus: null, deviceName: null, serial: null }
  const media = diskOrder(drive, { type: 'file', path: medium.path }, 'raw')
  if (disk.size === null) return [media]
  await makeFile(parts, disk, null, file, signal)
  const after = disk.bootIndex === null ? null : disk.bootIndex + 1
  return [media, { ...diskOrder(disk, { type: 'file', path: file }, 'qcow2'), bootIndex: after }]
}

async function volumeDisk(volume: LocalVolume, disk: Disk): Promise<DiskOrder> {
  const { format } = volume
  if (format === 'luks') throw hypervisorErrors.unsupported({ what: 'open encrypted volumes' })
  return { ...diskOrder(disk, await sourceOf(volume), format), serial: disk.serial ?? volume.volume }
}

/** Whether a volume is a device or a file, its path itself says. */
export async function sourceOf({ path }: LocalVolume): Promise<DiskSource> {
  const isFile = (await stat(path)).isFile()
  return { type: isFile ? 'file' : 'block', path }
}

function diskOrder(disk: Disk, source: DiskSource, format: DiskOrder['format']): DiskOrder {
  const { role, deviceType, bootIndex, bus, deviceName, serial } = disk
  return { role, source, format, deviceType, bootIndex, bus, deviceName, serial, encryptionSecret: null }
}

/** As Nova: an ISO in a drive, a FAT file system on a disk. */
async function makeConfigDrive({ folders }: Parts, { server, configDrive }: Order): Promise<DiskOrder | null> {
  if (configDrive === null) return null
  const path = folders.file(server, 'disk.config')
  await replaceFile(path, configDrive.bytes)
  return {
    role: 'config-drive',
    source: { type: 'file', path },
    format: 'raw',
    deviceType: configDrive.format === 'iso9660' ? 'cdrom' : 'disk',
    bootIndex: null,
    bus: null,
    deviceName: null,
    serial: null,
    encryptionSecret: null,
  }
}
