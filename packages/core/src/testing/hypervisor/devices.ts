import type { Disk, SpawnOrder } from '../../ports/hypervisor.ts'
import type { GivenDevices } from './suite.ts'
import type { ImageId, NetworkId, PortId, VolumeId } from '../../domain/ids.ts'
import type { LocalImage } from '../../ports/image.ts'
import type { LocalVolume } from '../../ports/volume.ts'
import type { Nic } from '../../domain/network/network.ts'
import { gib } from '../../domain/unit/units.ts'
import { id } from '../../domain/ids.ts'
import { systemIds } from '../../system/ids.ts'

/** Things to attach: the suite's where it has them, else made up. */
export interface Devices {
  volume(): Promise<LocalVolume>
  nic(order: SpawnOrder): Promise<Nic>
  image(): Promise<LocalImage>
  share(): Readonly<Record<string, unknown>>
  /** How a volume is to appear in the guest. */
  diskOf(volume: LocalVolume): Disk
}

export function sampleDevices(given: GivenDevices): Devices {
  return {
    volume: async () => (await given.volume?.()) ?? madeUpVolume(),
    nic: async (order) => (await given.nic?.(order)) ?? madeUpNic(order),
    image: async () => (await given.image?.()) ?? { image: id<ImageId>(uuid()), path: null, format: 'raw' },
    share: () => given.share?.() ?? { id: uuid(), path: '/srv/share', tag: 'share' },
    diskOf: (backing) => ({
      role: 'volume',
      bootIndex: null,
      size: gib(1),
      backing,
      bus: null,
      deviceName: null,
      deviceType: 'disk',
      format: null,
      tag: null,
      serial: backing.volume,
    }),
  }
}

const uuid = (): string => systemIds.uuid()

function madeUpVolume(): LocalVolume {
  return { volume: id<VolumeId>(uuid()), attachment: uuid(), path: '/dev/null', format: 'raw' }
}

function madeUpNic({ server }: SpawnOrder): Nic {
  return {
    port: id<PortId>(uuid()),
    network: id<NetworkId>(uuid()),
    server,
    mac: 'fa:16:3e:00:00:01',
    mtu: 1500,
    fixedIps: [],
    vifType: 'tap',
    details: {},
    device: 'tap0',
    tag: null,
    vlan: null,
    trusted: false,
    floatingIps: [],
    plugEvent: false,
  }
}
