import type { FileNode, FolderNode } from '../tree.ts'
import { recordLength, roomFor } from './directory-record.ts'
import { PARENT, SELF, type Id, type Identifiers } from './identifiers.ts'
import { BLOCK, blocksOf } from './numbers.ts'
import { dotLengths, namedLengths, NO_USE, type UseLengths } from './rock-ridge.ts'

/** A folder as it will be written. Its place is found later. */
export interface Folder {
  readonly node: FolderNode
  readonly id: Id
  /** Of the folder that it is in; the root is in itself. */
  readonly parent: number
  /** From 1, in the order of the path table. */
  readonly number: number
  /** `.`, `..`, then files and folders in the order of their identifiers. */
  readonly records: readonly Entry[]
  /** In bytes, whole blocks. */
  readonly size: number
}

export interface Entry {
  readonly id: Id
  readonly isFolder: boolean
  readonly isDot: boolean
  readonly node: FileNode | FolderNode
  readonly lengths: UseLengths
  /** From the start of the folder. */
  readonly offset: number
}

type Unplaced = Omit<Entry, 'offset'>

interface Waiting {
  readonly node: FolderNode
  readonly id: Id
  readonly parent: FolderNode
  readonly number: number
}

/** All folders, level by level, children in the order of their identifiers: what a path table asks for. */
export function foldersOf(root: FolderNode, identifiers: Identifiers, hasRockRidge: boolean): readonly Folder[] {
  const folders: Folder[] = []
  const waiting: Waiting[] = [{ node: root, id: SELF, parent: root, number: 1 }]
  for (const { node, id, parent, number } of waiting) {
    const children = childrenOf(node, identifiers, hasRockRidge)
    const records = placed([...dots(node, parent, hasRockRidge), ...children])
    const size = blocksOf((records.at(-1)?.offset ?? 0) + 1) * BLOCK
    const folder = { node, id, parent: number, number: folders.length + 1, records, size }
    folders.push(folder)
    for (const child of children) {
      if (!('content' in child.node))
        waiting.push({ node: child.node, id: child.id, parent: node, number: folder.number })
    }
  }
  return folders
}

function dots(node: FolderNode, parent: FolderNode, hasRockRidge: boolean): readonly Unplaced[] {
  const use = (isRootSelf: boolean): UseLengths => (hasRockRidge ? dotLengths(isRootSelf) : NO_USE)
  return [
    { id: SELF, isFolder: true, isDot: true, node, lengths: use(node === parent) },
    { id: PARENT, isFolder: true, isDot: true, node: parent, lengths: use(false) },
  ]
}

function childrenOf(node: FolderNode, identifiers: Identifiers, hasRockRidge: boolean): readonly Unplaced[] {
  const { version, width } = identifiers
  const identify = identifiers.forFolder()
  const named: { readonly order: string; readonly isFolder: boolean; readonly node: FileNode | FolderNode }[] = []
  for (const folder of node.folders) named.push({ order: identify(folder.name, true), isFolder: true, node: folder })
  for (const file of node.files) named.push({ order: identify(file.name, false), isFolder: false, node: file })
  return named
    .sort((a, b) => (a.order < b.order ? -1 : 1))
    .map(({ order, isFolder, node: child }) => {
      const text = isFolder ? order : order + version
      const length = text.length * width
      const lengths = hasRockRidge ? namedLengths(child.nameBytes, roomFor(length)) : NO_USE
      return { id: { text, length }, isFolder, isDot: false, node: child, lengths }
    })
}

/** One behind the other; none lies across the border of two blocks. */
function placed(entries: readonly Unplaced[]): readonly Entry[] {
  let next = 0
  return entries.map(({ id, isFolder, isDot, node, lengths }) => {
    const length = recordLength(id.length, lengths.inline)
    const left = BLOCK - (next % BLOCK)
    const offset = length > left ? next + left : next
    next = offset + length
    return { id, isFolder, isDot, node, lengths, offset }
  })
}
