import type { Reads } from './reads.ts'
import type { Buffer } from 'node:buffer'

/** Formats that are told by what a file holds. What holds none of them is raw. */
export type ContentFormat = 'qcow2' | 'qed' | 'vmdk' | 'vdi' | 'vhd' | 'vhdx' | 'iso' | 'luks' | 'ploop'

/** Why an image is refused. */
export type FaultCode =
  /** It is built on another file. */
  | 'backing_file'
  /** Its data are in another file. */
  | 'external_data_file'
  /** A VMDK descriptor that names files of its choice. */
  | 'foreign_extents'
  /** It says that it can only be read by who knows something that we do not. */
  | 'unknown_feature'
  | 'encrypted'
  | 'corrupt'
  /** A header that contradicts itself, or points out of the file. */
  | 'malformed'
  /** The file ends before its headers do. */
  | 'truncated'
  | 'virtual_size'
  /** It can be read as two formats. */
  | 'polyglot'
  /** It is something else than it is said to be. */
  | 'format_differs'
  /** A format that no image may have here. */
  | 'banned_format'

export interface Fault {
  readonly code: FaultCode
  /** A clause for whoever brought the image: no sentence of its own. */
  readonly what: string
}

export const fault = (code: FaultCode, what: string): Fault => ({ code, what })

/** What a file is, by its content alone. */
export interface Inspection {
  /** In bytes. */
  readonly size: number
  /** Every format whose mark is there. Empty: raw. */
  readonly formats: readonly ContentFormat[]
  readonly partitionTable: 'mbr' | 'gpt' | null
  /** In bytes, as the format says; of a raw file its size. Null where the headers do not tell. */
  readonly virtualSize: number | null
  readonly faults: readonly Fault[]
}

/** What a probe found of its format. */
export interface Found {
  readonly virtualSize: number | null
  readonly faults: readonly Fault[]
}

/** The ends of a file, which most marks stand in. */
export interface Ends {
  readonly size: number
  /** The first 34 KiB, or the whole file if it is shorter. */
  readonly head: Buffer
  /** The last 1536 bytes, or the whole file if it is shorter. */
  readonly tail: Buffer
}

/** Null: the mark of the format is not there. */
export interface Probe {
  readonly format: ContentFormat
  readonly probe: (ends: Ends) => Reads<Found | null>
}

export const truncated = (what: string): Found => ({
  virtualSize: null,
  faults: [fault('truncated', `the file ends within ${what}`)],
})
