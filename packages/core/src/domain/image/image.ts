import type { ImageId, ProjectId } from '../ids.ts'
import type { Bytes, GiB, Instant, MiB } from '../unit/units.ts'

export const diskFormats = ['raw', 'qcow2', 'iso', 'vmdk', 'vdi', 'vhd', 'vhdx', 'ploop', 'aki', 'ari', 'ami'] as const
export type DiskFormat = (typeof diskFormats)[number]

/** What the control plane knows of an image. */
export interface Image {
  readonly id: ImageId
  readonly name: string
  /** `killed`: what was sent was refused, and nothing else is taken in its place. */
  readonly status: 'active' | 'queued' | 'saving' | 'deactivated' | 'killed' | 'deleted'
  readonly format: DiskFormat
  readonly owner: ProjectId | null
  readonly visibility: 'public' | 'private' | 'shared' | 'community'
  /** Stored bytes; null while queued. */
  readonly size: Bytes | null
  readonly virtualSize: Bytes | null
  readonly minDisk: GiB
  readonly minMemory: MiB
  /** `hw_*`, `img_*`, `os_*`, `trait:*` and the rest. Written by tenants: never trusted as internal flags. */
  readonly properties: Readonly<Record<string, string>>
  readonly checksum: { readonly algorithm: 'sha256' | 'sha512'; readonly value: string } | null
  readonly createdAt: Instant
}
