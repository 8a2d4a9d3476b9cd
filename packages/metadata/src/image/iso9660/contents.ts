import { Buffer } from 'node:buffer'
import { crc32 } from 'node:zlib'
import type { FileNode, FolderNode } from '../tree.ts'
import { BLOCK, blocksOf } from './numbers.ts'

/** Where contents stand, in blocks from the first of them. */
export interface Contents {
  readonly places: ReadonlyMap<FileNode, number>
  /** Each content once, in the order of its place. */
  readonly parts: readonly { readonly content: Uint8Array; readonly block: number }[]
  readonly blocks: number
}

/**
 * Equal contents stand once: most versions of a metadata document are the same bytes, and nobody writes to this image.
 * An empty file points to the first block, as some readers mind an extent outside of the volume.
 */
export function contentsOf(root: FolderNode): Contents {
  const places = new Map<FileNode, number>()
  const parts: { readonly content: Uint8Array; readonly block: number }[] = []
  const known = new Map<string, (typeof parts)[number][]>()
  let blocks = 0
  for (const file of filesOf(root)) {
    const { content } = file
    const alike = content.length === 0 ? [] : likeOnes(known, content)
    let part = alike.find((each) => Buffer.compare(each.content, content) === 0)
    if (part === undefined) {
      part = { content, block: content.length === 0 ? 0 : blocks }
      blocks += blocksOf(content.length)
      alike.push(part)
      parts.push(part)
    }
    places.set(file, part.block)
  }
  return { places, parts, blocks: Math.max(1, blocks) }
}

function likeOnes<Part>(known: Map<string, Part[]>, content: Uint8Array): Part[] {
  const key = `${content.length}:${crc32(content)}`
  const alike = known.get(key) ?? []
  known.set(key, alike)
  return alike
}

function filesOf(folder: FolderNode): readonly FileNode[] {
  return [...folder.files, ...folder.folders.flatMap(filesOf)]
}

export function writeContents(image: Uint8Array, contents: Contents, firstBlock: number): void {
  for (const { content, block } of contents.parts) image.set(content, (firstBlock + block) * BLOCK)
}
