import type { ConfigDriveFormat } from '@novakit/core/vocabulary'

/** An image that has been read: every entry is within it, every path is safe to join to a folder's. */
export interface DriveImage {
  readonly format: ConfigDriveFormat
  readonly label: string
  /** Folders before what is in them. */
  readonly entries: readonly DriveEntry[]
}

export type DriveEntry = DriveFolder | DriveFile | DriveOther

export interface DriveFolder {
  readonly kind: 'folder'
  readonly path: string
}

export interface DriveFile {
  readonly kind: 'file'
  readonly path: string
  /** In bytes. */
  readonly size: number
  /** Permission bits where the image tells them. */
  readonly mode: number | null
  /** A view of the image where the file lies in one piece, else a copy. */
  content(): Uint8Array
}

/** A link, a device: listed, and otherwise left alone. */
export interface DriveOther {
  readonly kind: 'other'
  readonly path: string
}
