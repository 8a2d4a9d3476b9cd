import type { ImageId, ServerId, VolumeId } from '../ids.ts'
import type { GiB, Instant } from '../unit/units.ts'

/** One entry of a block device mapping, version 2 (nova/block_device.py). */
export interface BlockDevice {
  readonly source: 'blank' | 'image' | 'snapshot' | 'volume'
  readonly destination: 'local' | 'volume'
  /** Image, snapshot or volume id, by `source`; null for blank. */
  readonly id: ImageId | VolumeId | string | null
  /** 0 boots; -1 or null never does. */
  readonly bootIndex: number | null
  readonly size: GiB | null
  readonly volumeType: string | null
  readonly deleteOnTermination: boolean
  readonly deviceName: string | null
  readonly bus: string | null
  readonly deviceType: 'disk' | 'cdrom' | 'lun' | 'floppy' | null
  readonly format: string | null
  readonly tag: string | null
}

export interface Volume {
  readonly id: VolumeId
  readonly size: GiB
  readonly status: 'available' | 'reserved' | 'in-use' | 'error' | 'deleting' | 'creating'
  readonly multiattach: boolean
  readonly bootable: boolean
  readonly encrypted: boolean
}

/** What one host needs to reach one volume. `data` is the volume service's own and may hold sealed secrets. */
export interface VolumeConnection {
  readonly attachment: string
  readonly volume: VolumeId
  readonly server: ServerId
  readonly type: string
  readonly data: Readonly<Record<string, unknown>>
}

/** A volume that a guest is to have, and as what: all that its host must know. */
export interface PluggedVolume {
  readonly connection: VolumeConnection
  /** Null: any that is free. */
  readonly deviceName: string | null
  readonly tag: string | null
}

/** How far a volume has come to its server, or from it. `detached` is what the guest has not any more. */
export type VolumeAttachmentStatus = 'attaching' | 'attached' | 'detaching' | 'detached'

/** A volume of a server, as the API shows it. */
export interface VolumeAttachment {
  readonly server: ServerId
  readonly volume: VolumeId
  /** The volume service's own name of it; null until it has one. */
  readonly attachment: string | null
  readonly status: VolumeAttachmentStatus
  /** `/dev/vdb`: what the hypervisor calls it; null until it is attached. */
  readonly device: string | null
  readonly tag: string | null
  /** Deleted together with the server. */
  readonly deleteOnTermination: boolean
  readonly createdAt: Instant
}
