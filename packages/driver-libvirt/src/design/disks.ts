import type { DomainDescription } from '../xml/domain/domain.ts'
import { guestDesignErrors } from './errors.ts'
import type { DesignInput, DiskOrder, HostProfile } from './guest-order.ts'
import type { Machine } from './machine.ts'
import { wordOf, type Settings } from './settings.ts'
import { diskTune } from './tuning.ts'

type Devices = NonNullable<DomainDescription['devices']>
type Disk = NonNullable<Devices['disks']>[number]
export type Bus = 'virtio' | 'scsi' | 'ide' | 'sata' | 'usb' | 'fdc'

export const diskBuses = ['virtio', 'scsi', 'ide', 'sata', 'usb', 'fdc'] as const
/** How names of disks begin, by bus; Nova's and the kernel's. */
export const diskPrefix: Readonly<Record<Bus, string>> = {
  virtio: 'vd',
  scsi: 'sd',
  sata: 'sd',
  usb: 'sd',
  ide: 'hd',
  fdc: 'fd',
}

/** Disks and drives in the order of the order, each with a name of its own. */
export function guestDisks({ order, host }: DesignInput, machine: Machine, settings: Settings): readonly Disk[] {
  const tune = diskTune(settings)
  const taken = new Set(order.disks.flatMap((disk) => nameOf(disk) ?? []))
  return order.disks.map((disk) => {
    const bus = busOf(disk, machine, host, settings)
    const dev = nameOf(disk) ?? nextName(diskPrefix[bus], taken)
    return describeDisk(disk, { dev, bus }, host, disk.role === 'volume' ? null : tune)
  })
}

/** Controllers that libvirt does not add by itself in the model that is wanted. */
export function guestControllers(
  disks: readonly Disk[],
  { host }: DesignInput,
  machine: Machine,
  settings: Settings,
): NonNullable<Devices['controllers']> {
  const model = settings.image('hw_scsi_model') ?? 'virtio-scsi'
  const scsi = disks.some((disk) => disk.target?.bus === 'scsi')
  const roots = Array.from({ length: machine.isPcie ? host.pciePorts : 0 }, () => ({
    type: 'pci',
    model: 'pcie-root-port',
  }))
  return [
    ...(scsi ? [{ type: 'scsi', index: 0, model }] : []),
    ...(roots.length === 0 ? [] : [{ type: 'pci', index: 0, model: 'pcie-root' }, ...roots]),
  ]
}

function busOf(disk: DiskOrder, machine: Machine, host: HostProfile, settings: Settings): Bus {
  const cdrom = disk.deviceType === 'cdrom'
  const property = cdrom ? 'hw_cdrom_bus' : 'hw_disk_bus'
  const said = wordOf('bus', disk.bus, diskBuses) ?? wordOf(property, settings.image(property), diskBuses)
  // Without one of its own a drive is where the board has such: a Linux without AHCI does not see SATA.
  const bus = said ?? (disk.deviceType === 'lun' ? 'scsi' : cdrom ? (machine.isPcie ? 'sata' : 'ide') : 'virtio')
  if (bus === 'ide' && machine.isPcie)
    throw guestDesignErrors.impossible({ what: `a ${machine.type} machine has no IDE` })
  if (bus === 'virtio' && cdrom) throw guestDesignErrors.impossible({ what: 'a CD-ROM drive cannot be on virtio' })
  const known = host.capabilities?.devices?.disk?.enums?.find(({ name }) => name === 'bus')?.values
  if (known !== undefined && !known.includes(bus)) throw guestDesignErrors.unsupported({ what: `disk bus ${bus}` })
  return bus
}

function nameOf({ deviceName }: DiskOrder): string | null {
  if (deviceName === null) return null
  const name = deviceName.replace(/^\/dev\//, '')
  if (/^[a-z]{3,5}$/.test(name)) return name
  throw guestDesignErrors.invalid({ setting: 'device name', value: deviceName, want: 'like vda or /dev/vda' })
}

/** The first name with that beginning that is not taken yet; it is taken then. */
export function nextName(prefix: string, taken: Set<string>): string {
  for (let index = 0; ; index++) {
    const name = prefix + lettersOf(index)
    if (taken.has(name)) continue
    taken.add(name)
    return name
  }
}

/** 0 is `a`, 25 is `z`, 26 is `aa`. */
function lettersOf(index: number): string {
  const letter = String.fromCodePoint(97 + (index % 26))
  return index < 26 ? letter : lettersOf(Math.floor(index / 26) - 1) + letter
}

/** One disk, as it is in the guest from the start or plugged in later. */
export function describeDisk(
  disk: DiskOrder,
  target: { readonly dev: string; readonly bus: Bus },
  { diskCache: cache }: HostProfile,
  tune: Readonly<Record<string, number>> | null,
): Disk {
  const removable = disk.deviceType === 'cdrom'
  const common = {
    device: disk.deviceType,
    driver: { name: 'qemu' as const, type: disk.format, cache, ...(removable ? {} : { discard: 'unmap' as const }) },
    target,
    ...(tune === null || removable ? {} : { ioTune: tune }),
    ...(removable ? { readonly: true as const } : {}),
    ...(disk.serial === null ? {} : { serial: disk.serial }),
    ...(disk.encryptionSecret === null
      ? {}
      : { encryption: { format: 'luks' as const, secret: { type: 'passphrase', uuid: disk.encryptionSecret } } }),
    ...(disk.bootIndex === null || disk.bootIndex < 0 ? {} : { bootOrder: disk.bootIndex + 1 }),
  }
  const { source } = disk
  switch (source.type) {
    case 'file':
      return { type: 'file', ...common, source: source.path }
    case 'block':
      return { type: 'block', ...common, source: source.path }
    case 'rbd': {
      const { auth, hosts, name } = source
      const login =
        auth === null ? {} : { auth: { username: auth.username, secret: { type: 'ceph', uuid: auth.secret } } }
      return { type: 'network', ...common, ...login, source: { protocol: 'rbd', name, hosts } }
    }
  }
}
