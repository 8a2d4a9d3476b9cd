import type { Clock, DiskFormat, Ids, Log } from '@novakit/core'
import type { Drafts } from '../files/drafts.ts'
import type { ImageLimits } from '../inspect/index.ts'
import type { Records } from '../records/records.ts'
import type { RunProgram } from '../run/run-program.ts'
import type { SealedFolder } from '../files/sealed-folder.ts'

export interface ImageOptions {
  /** Formats that are taken. Default: all but VHDX and ploop. */
  readonly formats: readonly DiskFormat[]
  /** Of one upload, in bytes. Default 100 GiB. */
  readonly largest: number
  /** Of the disk that a guest would see, in bytes. Default 16 TiB. */
  readonly largestDisk: number
  /** What the hypervisor starts as it is. Default: raw, qcow2, iso, aki, ari, ami. */
  readonly hostFormats: readonly DiskFormat[]
  /** What hosts turn the rest into. Default qcow2. */
  readonly convertTo: 'raw' | 'qcow2'
}

/** For tests of what a crash leaves behind: called at each place of that name. */
export type FailPoint = (place: string) => void

export interface ImageDeps {
  readonly records: Records
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
  readonly run: RunProgram
  readonly drafts: Drafts
  readonly options: ImageOptions
  readonly failPoint: FailPoint
  readonly folders: {
    /** Whole images by the name in their row. */
    readonly files: SealedFolder
    /** What is being uploaded. */
    readonly incoming: SealedFolder
    /** What hosts start from, by image and format. */
    readonly cache: SealedFolder
    /** What hosts are making of an image. */
    readonly making: SealedFolder
  }
}

/** What uploads must keep to. */
export function limitsOf({ formats, largestDisk }: ImageOptions): ImageLimits {
  return { formats, virtualSize: largestDisk }
}

/** What hosts start from; what they convert to is always among it. */
export function hostLimitsOf({ formats, convertTo, largestDisk }: ImageOptions): ImageLimits {
  return { formats: [...formats, convertTo], virtualSize: largestDisk }
}
