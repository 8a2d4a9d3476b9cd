import { Buffer } from 'node:buffer'
import type { Instant } from '@novakit/core'
import type { ImageFile } from '../file.ts'
import { checkText } from '../labels.ts'
import { treeOf, type FileNode, type FolderNode } from '../tree.ts'
import { contentsOf, writeContents, type Contents } from './contents.ts'
import { recordingDate } from './dates.ts'
import { writeRecord, type Place, type Target } from './directory-record.ts'
import { jolietNames } from './joliet-names.ts'
import { placeTree, type PlacedTree } from './layout.ts'
import { foldersOf } from './namespace.ts'
import { BLOCK } from './numbers.ts'
import { overflowsOf, type Overflows } from './overflows.ts'
import { writePathTable } from './path-table.ts'
import { plainNames } from './plain-names.ts'
import { pointToOverflow, rockRidge, type SystemUse } from './rock-ridge.ts'
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
 * Folders may lie deeper than the eight levels of the standard: they are not moved away, as no reader is known to mind.
 *
 * @throws `drive_image.bad_name`, `drive_image.name_clash`, `drive_image.bad_option`, `drive_image.too_large`
 */
export function isoImage({ label, files, at, publisher = 'novakit' }: IsoImageOptions): Uint8Array {
  checkText('label', label, /^[A-Za-z0-9_-]{1,16}$/)
  checkText('publisher', publisher, /^[\x20-\x7e]{0,64}$/)
  const root = treeOf(files, flawForLinux)
  const date = recordingDate(at)
  const plan = planOf(root, date)
  const image = new Uint8Array(plan.blocks * BLOCK)
  const facts = { label, publisher, blocks: plan.blocks, at, date }
  writeVolumeDescriptor(image, FIRST_DESCRIPTOR, plan.plain, facts, false)
  writeVolumeDescriptor(image, FIRST_DESCRIPTOR + 1, plan.joliet, facts, true)
  writeTerminator(image, FIRST_DESCRIPTOR + 2)
  writeTree(image, plan.plain, plan, date)
  writeTree(image, plan.joliet, plan, date)
  writeContents(image, plan.contents, plan.firstContent)
  return image
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
  readonly filePlaces: ReadonlyMap<FileNode, Place>
  /** Of the whole image. */
  readonly blocks: number
}

/** The plain tree, the continuation areas of its Rock Ridge, Joliet's tree, the contents of both. */
function planOf(root: FolderNode, date: Uint8Array): Plan {
  const folders = foldersOf(root, plainNames(), rockRidge(date))
  const plain = placeTree(folders, FIRST_TREE)
  const overflows = overflowsOf(folders)
  const wide = foldersOf(root, jolietNames(), null)
  const joliet = placeTree(wide, plain.end + overflows.blocks)
  const contents = contentsOf(root)
  return {
    plain,
    joliet,
    overflows,
    firstOverflow: plain.end,
    contents,
    firstContent: joliet.end,
    filePlaces: new Map([...contents.places].map(([file, block]) => [file, placeOf(file, joliet.end + block)])),
    blocks: joliet.end + contents.blocks,
  }
}

function placeOf(file: FileNode, extent: number): Place {
  return { extent, size: file.content.length }
}

function writeTree(image: Uint8Array, tree: PlacedTree, plan: Plan, date: Uint8Array): void {
  const { folders, blockOf, littleTable, bigTable } = tree
  writePathTable(image, littleTable * BLOCK, folders, blockOf, true)
  writePathTable(image, bigTable * BLOCK, folders, blockOf, false)
  const places = new Map<FileNode | FolderNode, Place>(plan.filePlaces)
  for (const folder of folders) places.set(folder.node, { extent: blockOf(folder), size: folder.size })
  const target = { bytes: image, view: new DataView(image.buffer) }
  for (const folder of folders) {
    const start = blockOf(folder) * BLOCK
    for (const entry of folder.records) {
      const place = places.get(entry.node)
      if (place === undefined) continue
      const end = writeRecord(target, start + entry.offset, entry, place, date)
      writeOverflow(target, end, entry.systemUse, plan)
    }
  }
}

/** What had no room in a record that ends at `end`. */
function writeOverflow({ bytes, view }: Target, end: number, systemUse: SystemUse, plan: Plan): void {
  const { overflow } = systemUse
  if (overflow.length === 0) return
  const at = plan.firstOverflow * BLOCK + (plan.overflows.places.get(systemUse) ?? 0)
  pointToOverflow(view, end, Math.floor(at / BLOCK), at % BLOCK, overflow.length)
  bytes.set(overflow, at)
}
