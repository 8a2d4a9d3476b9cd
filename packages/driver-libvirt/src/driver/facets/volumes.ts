import type { Disk, GiB, GuestRef, LocalVolume, VolumeFacet } from '@novakit/core'
import { describeDisk, diskBuses, diskPrefix, nextName, type Bus, type DiskOrder } from '../../design/index.ts'
import { blockResizeFlag } from '../../rpc/index.ts'
import { diskXml, type DiskDescription } from '../../xml/index.ts'
import { sourceOf } from '../disks/make-disks.ts'
import { hypervisorErrors } from '../errors.ts'
import { descriptionOf, disksIn, diskOf, type PluggedDisk, type Side } from '../guests/devices-of.ts'
import { guestToChange, type FoundGuest } from '../guests/find-guest.ts'
import { unplug } from '../guests/unplug.ts'
import type { Station } from '../station.ts'
import { flagOf, sidesOf } from './interfaces.ts'

const GIB = 2 ** 30

/** Volumes are known by their serial, which is the volume's id, or by their path. */
export function volumeFacet(station: Station): VolumeFacet {
  const { turns } = station
  return {
    multiattach: false,
    tagged: false,
    attach: (guest, volume, disk) => turns.take(guest.server, () => attach(station, guest, volume, disk)),
    detach: (guest, volume) => turns.take(guest.server, () => detach(station, guest, volume)),
    has: async (guest, volume) => {
      const { dom, active } = await guestToChange(station, guest)
      return (await diskOf(station, dom, isThis(volume), active ? 'running' : 'defined')) !== null
    },
    extend: (guest, volume, size) => turns.take(guest.server, () => extend(station, guest, volume, size)),
  }
}

const isThis =
  ({ volume, path }: LocalVolume) =>
  ({ serial, source }: PluggedDisk): boolean =>
    serial === volume || source === path

async function attach(station: Station, guest: GuestRef, volume: LocalVolume, disk: Disk) {
  if (volume.format === 'luks') throw hypervisorErrors.unsupported({ what: 'open encrypted volumes' })
  const found = await guestToChange(station, guest)
  const { dom } = found
  const known = await firstOn(sidesOf(found), (side) => diskOf(station, dom, isThis(volume), side))
  const bus = busOf(disk)
  const dev = known?.dev ?? (await freeName(station, found, disk, bus))
  const order: DiskOrder = {
    role: 'volume',
    source: await sourceOf(volume),
    format: volume.format,
    deviceType: disk.deviceType,
    bootIndex: null,
    bus,
    deviceName: dev,
    serial: volume.volume,
    encryptionSecret: null,
  }
  const xml = diskXml.build(describeDisk(order, { dev, bus }, station.profile, null))
  for (const side of sidesOf(found)) {
    if ((await diskOf(station, dom, isThis(volume), side)) !== null) continue
    await station.client.domainAttachDeviceFlags({ dom, xml, flags: flagOf(side) })
  }
  return { deviceName: `/dev/${dev}` }
}

function busOf({ bus, deviceType }: Disk): Bus {
  const fallback = deviceType === 'lun' ? 'scsi' : 'virtio'
  return diskBuses.find((each) => each === bus) ?? fallback
}

async function firstOn<T>(sides: readonly Side[], look: (side: Side) => Promise<T | null>): Promise<T | null> {
  for (const side of sides) {
    const found = await look(side)
    if (found !== null) return found
  }
  return null
}

/** Free in the running guest and in its definition. */
async function freeName(station: Station, found: FoundGuest, { deviceName }: Disk, bus: Bus): Promise<string> {
  const sides = await Promise.all(sidesOf(found).map((side) => descriptionOf(station, found.dom, side)))
  const taken = new Set(sides.flatMap((side) => disksIn(side).map(({ dev }) => dev)))
  const wanted = deviceName?.replace(/^\/dev\//, '')
  if (wanted !== undefined && !taken.has(wanted)) return wanted
  return nextName(diskPrefix[bus], taken)
}

async function detach(station: Station, guest: GuestRef, volume: LocalVolume): Promise<void> {
  const found = await guestToChange(station, guest)
  for (const side of sidesOf(found)) {
    const there = await diskOf(station, found.dom, isThis(volume), side)
    if (there === null) continue
    const look = async () => (await diskOf(station, found.dom, isThis(volume), side)) !== null
    await unplug(station, found.dom, { side, xml: nameOnly(there.description), look })
  }
}

/** libvirt finds the disk that is meant by its target. */
function nameOnly({ device, target }: DiskDescription): string {
  return diskXml.build({ type: 'file', ...(device === undefined ? {} : { device }), target })
}

/** Tells a running guest that a disk has grown. One that is off sees it when it starts. */
async function extend(station: Station, guest: GuestRef, volume: LocalVolume, size: GiB): Promise<void> {
  const found = await guestToChange(station, guest)
  const { dom, active } = found
  const there = await diskOf(station, dom, isThis(volume), active ? 'running' : 'defined')
  if (there === null) throw hypervisorErrors.disk_not_found({ server: guest.server, what: `volume ${volume.volume}` })
  if (!active) return
  const flags = blockResizeFlag.bytes
  await station.client.domainBlockResize({ dom, disk: there.dev, size: BigInt(size) * BigInt(GIB), flags })
}
