import { Buffer } from 'node:buffer'
import type { Instant } from '@novakit/core'
import { volumeDate } from './dates.ts'
import { writeRecord, type Target } from './directory-record.ts'
import { bigEndian } from './joliet-names.ts'
import type { PlacedTree } from './layout.ts'
import { BLOCK, both16, both32 } from './numbers.ts'
import { NO_SYSTEM_USE } from './rock-ridge.ts'

export interface VolumeFacts {
  readonly label: string
  readonly publisher: string
  /** Of the whole image, in blocks. */
  readonly blocks: number
  readonly at: Instant
  /** Seven bytes. */
  readonly date: Uint8Array
}

/** The escape sequence of UCS-2 level 3, which makes a supplementary descriptor Joliet's. */
const JOLIET = '%/E'

/** ECMA-119, 8.4 and 8.5: the primary descriptor, or with `joliet` the supplementary one, at a block. */
export function writeVolumeDescriptor(
  image: Uint8Array,
  block: number,
  tree: PlacedTree,
  facts: VolumeFacts,
  joliet: boolean,
): void {
  const start = block * BLOCK
  const sector = image.subarray(start, start + BLOCK)
  const view = new DataView(image.buffer, image.byteOffset + start, BLOCK)
  sector[0] = joliet ? 2 : 1
  writeStandard(sector)
  writeTexts(sector, facts, joliet ? wideText : plainText)
  if (joliet) sector.set(Buffer.from(JOLIET), 88)
  both32(view, 80, facts.blocks)
  both16(view, 120, 1)
  both16(view, 124, 1)
  both16(view, 128, BLOCK)
  both32(view, 132, tree.pathTableSize)
  view.setUint32(140, tree.littleTable, true)
  view.setUint32(148, tree.bigTable, false)
  writeRootRecord({ bytes: sector, view }, tree, facts)
  writeDates(sector, facts.at)
  sector[881] = 1
}

export function writeTerminator(image: Uint8Array, block: number): void {
  const sector = image.subarray(block * BLOCK, (block + 1) * BLOCK)
  sector[0] = 255
  writeStandard(sector)
}

function writeStandard(sector: Uint8Array): void {
  sector.set(Buffer.from('CD001'), 1)
  sector[6] = 1
}

/** From system identifier to bibliographic file; those of which nothing is to be said are blank. */
function writeTexts(
  sector: Uint8Array,
  { label, publisher }: VolumeFacts,
  text: (value: string, length: number) => Uint8Array,
): void {
  sector.set(text('LINUX', 32), 8)
  sector.set(text(label, 32), 40)
  sector.set(text('', 128), 190)
  sector.set(text(publisher, 128), 318)
  sector.set(text('', 128), 446)
  sector.set(text('', 128), 574)
  for (const at of [702, 739, 776]) sector.set(text('', 37), at)
}

function plainText(value: string, length: number): Uint8Array {
  return Buffer.from(value.padEnd(length).slice(0, length), 'latin1')
}

function wideText(value: string, length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  bytes.set(bigEndian(value.padEnd(length).slice(0, Math.floor(length / 2))))
  return bytes
}

function writeRootRecord(target: Target, tree: PlacedTree, { date }: VolumeFacts): void {
  const [root] = tree.folders
  if (root === undefined) return
  const named = { id: root.id, isFolder: true, systemUse: NO_SYSTEM_USE }
  writeRecord(target, 156, named, { extent: tree.blockOf(root), size: root.size }, date)
}

/** Created and modified now, never expired, in effect at once. */
function writeDates(sector: Uint8Array, at: Instant): void {
  const now = volumeDate(at)
  sector.set(now, 813)
  sector.set(now, 830)
  sector.set(volumeDate(null), 847)
  sector.set(volumeDate(null), 864)
}
