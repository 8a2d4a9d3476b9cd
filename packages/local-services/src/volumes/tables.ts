import type { Volume } from '@novakit/core'

export interface VolumeTables {
  volume: VolumeRow
  volume_attachment: AttachmentRow
  volume_snapshot: SnapshotRow
  held_volume: HeldRow
  closed_key: ClosedKeyRow
}

/** Its file has its id for a name. */
export interface VolumeRow {
  id: string
  name: string
  owner: string
  /** In GiB. */
  size: number
  status: Volume['status']
  bootable: number
  /** Whoever creates again with the same key finds this volume. */
  create_key: string
  /** Of whoever changes its file: nobody else does meanwhile. */
  draft: string | null
}

/** A volume has one at most. */
export interface AttachmentRow {
  id: string
  volume: string
  server: string
  /** Whoever reserves again with the same key finds this attachment. */
  reserve_key: string
  /** Null until a host is given access. */
  host: string | null
}

/** Its file has its id for a name. */
export interface SnapshotRow {
  id: string
  name: string
  volume: string
  owner: string
  size: number
  bootable: number
  /** 0: it is being made. */
  whole: number
  draft: string | null
}

/** What this host holds open, by its own knowledge. */
export interface HeldRow {
  volume: string
  attachment: string
}

/** Under that key nothing is reserved or attached for that server any more. */
export interface ClosedKeyRow {
  server: string
  reserve_key: string
}
