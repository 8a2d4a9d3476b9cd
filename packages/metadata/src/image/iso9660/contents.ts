import { Buffer } from 'node:buffer'
import type { FileNode, FolderNode } from '../tree.ts'
import { BLOCK, blocksOf } from './numbers.ts'

interface Part {
  readonly content: Uint8Array
  readonly block: number
}

/** Where contents stand, in blocks from the first of them. */
export interface Contents {
  readonly places: ReadonlyMap<FileNode, number>
  /** Each content once, in the order of its place. */
  readonly parts: readonly Part[]
  readonly blocks: number
}

/** So many contents of one length are looked through for an equal one; what comes after them stands alone. */
const MOST_ALIKE = 32

/**
 * Equal contents stand once: most versions of a metadata document are the same bytes, and nobody writes to this image.
 * An empty file points to the first block, as some readers mind an extent outside of the volume.
 */
export function contentsOf(root: FolderNode): Contents {
  const places = new Map<FileNode, number>()
  const parts: Part[] = []
  const byLength = new Map<number, Part[]>()
  let blocks = 0
  for (const file of filesOf(root)) {
    const { content } = file
    const alike = byLength.get(content.length) ?? []
    let part = alike.find((each) => isSame(each.content, content))
    if (part === undefined) {
      part = { content, block: content.length === 0 ? 0 : blocks }
      blocks += blocksOf(content.length)
      if (alike.length < MOST_ALIKE) alike.push(part)
      if (alike.length === 1) byLength.set(content.length, alike)
      parts.push(part)
    }
    places.set(file, part.block)
  }
  return { places, parts, blocks: Math.max(1, blocks) }
}

/** Of two contents of one length. Most that differ do so in one of the samples. */
function isSame(a: Uint8Array, b: Uint8Array): boolean {
  if (a === b) return true
  const step = (a.length >> 4) + 1
  for (let at = 0; at < a.length; at += step) if (a[at] !== b[at]) return false
  return Buffer.compare(a, b) === 0
}

function filesOf(folder: FolderNode): readonly FileNode[] {
  return [...folder.files, ...folder.folders.flatMap(filesOf)]
}

export function writeContents(image: Uint8Array, contents: Contents, firstBlock: number): void {
  for (const { content, block } of contents.parts) image.set(content, (firstBlock + block) * BLOCK)
}
