import type { DiskFormat, Image } from '../image/image.ts'
import type { GiB, MiB } from '../unit/units.ts'
import type { ImageId, ProjectId, ServerId, UserId } from '../ids.ts'

/** An image to be made of a server. */
export interface Snapshot {
  readonly image: ImageId
  readonly name: string
  /** What the disk is written as, unless its host knows better. */
  readonly format: DiskFormat
  readonly minDisk: GiB
  readonly minMemory: MiB
  readonly properties: Readonly<Record<string, string>>
}

export interface SnapshotInput {
  readonly image: ImageId
  readonly name: string
  readonly type: 'snapshot' | 'backup'
  /** Who asks; the image is the server's project's all the same. */
  readonly user: UserId
  readonly server: ServerId
  readonly project: ProjectId
  /** What the server was made from. */
  readonly base: Image | null
  /** Of its flavor. */
  readonly disk: GiB
  /** These go before all others. */
  readonly more: Readonly<Record<string, string>>
}

/** What an image of a server says of itself (nova/compute/utils.py, `create_image`; nova/virt/libvirt/driver.py, `snapshot`). */
export function snapshotOf({ image, name, type, user, server, project, base, disk, more }: SnapshotInput): Snapshot {
  return {
    image,
    name,
    format: base?.format === 'raw' ? 'raw' : 'qcow2',
    minDisk: Math.max(base?.minDisk ?? 0, disk) as GiB,
    minMemory: (base?.minMemory ?? 0) as MiB,
    properties: {
      ...inherited(base?.properties ?? {}),
      ...(base === null ? {} : { base_image_ref: base.id }),
      image_location: 'snapshot',
      image_state: 'available',
      owner_id: project,
      instance_uuid: server,
      user_id: user,
      image_type: type,
      ...more,
    },
  }
}

/**
 * What is only of the image that it was said of: signatures, keys, what says how its own bytes are cached or mapped
 * (nova/compute/utils.py `NON_INHERITABLE_IMAGE_PROPERTIES`; nova/conf/compute.py `non_inheritable_image_properties`;
 * nova/utils.py `SM_SKIP_KEYS`).
 */
const notInherited: ReadonlySet<string> = new Set([
  'cinder_encryption_key_id',
  'cinder_encryption_key_deletion_policy',
  'img_signature',
  'img_signature_hash_method',
  'img_signature_key_type',
  'img_signature_certificate_uuid',
  'cache_in_nova',
  'bittorrent',
  'mappings',
  'block_device_mapping',
  'img_mappings',
  'img_block_device_mapping',
])

/** Other services keep their own things under such names. */
const FOREIGN = 'os_glance'

function inherited(properties: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const mine = Object.entries(properties).filter(([key]) => !notInherited.has(key) && !key.startsWith(FOREIGN))
  return Object.fromEntries(mine)
}
