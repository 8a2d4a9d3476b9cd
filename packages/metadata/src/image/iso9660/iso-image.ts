import { Buffer } from 'node:buffer'
import type { Instant } from '@novakit/core/vocabulary'
import type { ImageFile } from '../file.ts'
import { checkDate, checkText } from '../check-options.ts'
import type { Target } from '../target.ts'
import { treeOf, type FileNode, type FolderNode } from '../tree.ts'
import { contentsOf, writeContents, type Contents } from './contents.ts'
import { recordingDate } from './dates.ts'
import { writeRecord, type Place } from './directory-record.ts'
import { jolietNames } from './joliet-names.ts'
import { placeTree, type PlacedTree } from './layout.ts'
import { foldersOf, type Entry } from './namespace.ts'
import { BLOCK } from './numbers.ts'
import { overflowsOf, type Overflows } from './overflows.ts'
import { writePathTable } from './path-table.ts'
import { plainNames } from './plain-names.ts'
import { rockRidge, type WriteUse } from './rock-ridge.ts'
import { writeTerminator, writeVolumeDescriptor } from './volume-descriptor.ts'

export interface IsoImageOptions {
  /** At most 16 letters, digits, `-` and `_`: what Joliet has room for. */
  readonly label: string
  readonly files: readonly ImageFile[]
  /** The date of everything in it, to the second. */
  readonly at: Instant
  /** Who made it, at most 64 characters of ASCII; default `novakit`. */
  readonly publisher?: string
}

/** Sixteen blocks are the system's; then come the descriptors: primary, Joliet's, terminator. */
const FIRST_DESCRIPTOR = 16
const FIRST_TREE = 19

/**
 * An ISO 9660 image with Rock Ridge and Joliet; the same bytes for the same input, whatever the order of the files.
 * Folders may lie deeper than the eight levels of the standard: they are not moved away, and readers of today (Linux,
 * xorriso, isoinfo) find them where they are.
 *
 * @throws `drive_image.bad_name`, `drive_image.name_clash`, `drive_image.bad_option`, `drive_image.too_large`
 */
export function isoImage({ label, files, at, publisher = 'novakit' }: IsoImageOptions): Uint8Array {
  checkText('label', label, /^[A-Za-z0-9_-]{1,16}$/)
  checkText('publisher', publisher, /^[\x20-\x7e]{0,64}$/)
  checkDate(at)
  const plan = planOf(treeOf(files, flawForLinux))
  const bytes = new Uint8Array(plan.blocks * BLOCK)
  const target = { bytes, view: new DataView(bytes.buffer) }
  const date = recordingDate(at)
  const facts = { label, publisher, blocks: plan.blocks, at, date }
  writeVolumeDescriptor(target, FIRST_DESCRIPTOR, plan.plain, facts, false)
  writeVolumeDescriptor(target, FIRST_DESCRIPTOR + 1, plan.joliet, facts, true)
  writeTerminator(bytes, FIRST_DESCRIPTOR + 2)
  writeTree(target, plan.plain, plan, date, rockRidge(date))
  writeTree(target, plan.joliet, plan, date, null)
  writeContents(bytes, plan.contents, plan.firstContent)
  return bytes
}

/** Linux leaves out what comes behind, whoever wrote the image. */
const MOST_ROCK_RIDGE = 253

function flawForLinux(name: string): string | null {
  if (Buffer.byteLength(name) <= MOST_ROCK_RIDGE) return null
  return `Linux reads no more than ${MOST_ROCK_RIDGE} bytes of a name on ISO 9660`
}

interface Plan {
  readonly plain: PlacedTree
  readonly joliet: PlacedTree
  readonly overflows: Overflows
  readonly firstOverflow: number
  readonly contents: Contents
  readonly firstContent: number
  /** Of the whole image. */
  readonly blocks: number
}

/** The plain tree, the continuation areas of its Rock Ridge, Joliet's tree, the contents of both. */
function planOf(root: FolderNode): Plan {
  const folders = foldersOf(root, plainNames(), true)
  const plain = placeTree(folders, FIRST_TREE)
  const overflows = overflowsOf(folders)
  const joliet = placeTree(foldersOf(root, jolietNames(), false), plain.end + overflows.blocks)
  const contents = contentsOf(root)
  return {
    plain,
    joliet,
    overflows,
    firstOverflow: plain.end,
    contents,
    firstContent: joliet.end,
    blocks: joliet.end + contents.blocks,
  }
}

function writeTree(target: Target, tree: PlacedTree, plan: Plan, date: Uint8Array, writeUse: WriteUse | null): void {
  const { folders, blockOf, littleTable, bigTable } = tree
  writePathTable(target, littleTable * BLOCK, folders, blockOf, true)
  writePathTable(target, bigTable * BLOCK, folders, blockOf, false)
  const places = new Map<FolderNode, Place>()
  for (const folder of folders) places.set(folder.node, { extent: blockOf(folder), size: folder.size })
  const placeOf = (node: FileNode | FolderNode): Place =>
    'content' in node ? filePlace(node, plan) : (places.get(node) ?? NOWHERE)
  for (const folder of folders) {
    const start = blockOf(folder) * BLOCK
    for (const entry of folder.records) {
      const behind = writeRecord(target, start + entry.offset, entry, placeOf(entry.node), date)
      if (writeUse !== null) writeUse(target, behind, entry, overflowPlace(entry, plan))
    }
  }
}

/** For what is in no tree. */
const NOWHERE: Place = { extent: 0, size: 0 }

function filePlace(file: FileNode, { contents, firstContent }: Plan): Place {
  return { extent: firstContent + (contents.places.get(file) ?? 0), size: file.content.length }
}

function overflowPlace(entry: Entry, { overflows, firstOverflow }: Plan): number {
  return entry.overflow === 0 ? 0 : firstOverflow * BLOCK + (overflows.places.get(entry) ?? 0)
}
