import type { Instant } from '@novakit/core/vocabulary'
import { putText, putWide, type Target } from '../target.ts'
import { NEVER, volumeDate } from './dates.ts'
import { writeRecord } from './directory-record.ts'
import { SELF } from './identifiers.ts'
import type { PlacedTree } from './layout.ts'
import { BLOCK, both16, both32 } from './numbers.ts'

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
  image: Target,
  block: number,
  tree: PlacedTree,
  facts: VolumeFacts,
  joliet: boolean,
): void {
  const bytes = image.bytes.subarray(block * BLOCK, (block + 1) * BLOCK)
  const view = new DataView(bytes.buffer, bytes.byteOffset, BLOCK)
  bytes[0] = joliet ? 2 : 1
  writeStandard(bytes)
  writeTexts(bytes, facts, joliet)
  if (joliet) putText(bytes, 88, JOLIET, JOLIET.length)
  both32(view, 80, facts.blocks)
  both16(view, 120, 1)
  both16(view, 124, 1)
  both16(view, 128, BLOCK)
  both32(view, 132, tree.pathTableSize)
  view.setUint32(140, tree.littleTable, true)
  view.setUint32(148, tree.bigTable, false)
  writeRootRecord({ bytes, view }, tree, facts)
  writeDates(bytes, facts.at)
  bytes[881] = 1
}

export function writeTerminator(image: Uint8Array, block: number): void {
  const bytes = image.subarray(block * BLOCK, (block + 1) * BLOCK)
  bytes[0] = 255
  writeStandard(bytes)
}

function writeStandard(bytes: Uint8Array): void {
  putText(bytes, 1, 'CD001', 5)
  bytes[6] = 1
}

/** Where texts stand, and how long each is; those of which nothing is said are blank. */
const TEXTS = {
  system: [8, 32],
  label: [40, 32],
  volumeSet: [190, 128],
  publisher: [318, 128],
  preparer: [446, 128],
  application: [574, 128],
  copyright: [702, 37],
  abstract: [739, 37],
  bibliography: [776, 37],
} as const

function writeTexts(bytes: Uint8Array, { label, publisher }: VolumeFacts, wide: boolean): void {
  for (const [at, length] of Object.values(TEXTS)) writeBlanks(bytes, at, length, wide)
  const texts = { system: 'LINUX', label, publisher }
  for (const [name, text] of Object.entries(texts)) {
    const [at] = TEXTS[name as keyof typeof texts]
    if (wide) putWide(bytes, at, text)
    else putText(bytes, at, text, text.length)
  }
}

/** Wide ones leave the last byte of an odd length alone. */
function writeBlanks(bytes: Uint8Array, at: number, length: number, wide: boolean): void {
  if (!wide) bytes.fill(0x20, at, at + length)
  else for (let index = 1; index < length; index += 2) bytes[at + index] = 0x20
}

function writeRootRecord(target: Target, tree: PlacedTree, { date }: VolumeFacts): void {
  const [root] = tree.folders
  if (root === undefined) return
  const place = { extent: tree.blockOf(root), size: root.size }
  writeRecord(target, 156, { ...SELF, isFolder: true, inline: 0 }, place, date)
}

/** Created and modified now, never expired, in effect at once. */
function writeDates(bytes: Uint8Array, at: Instant): void {
  const now = volumeDate(at)
  bytes.set(now, 813)
  bytes.set(now, 830)
  bytes.set(NEVER, 847)
  bytes.set(NEVER, 864)
}
