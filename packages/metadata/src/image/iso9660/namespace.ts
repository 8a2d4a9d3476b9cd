import type { FileNode, FolderNode } from '../tree.ts'
import { recordLength, roomFor } from './directory-record.ts'
import { PARENT, SELF, type Id, type Identifiers } from './identifiers.ts'
import { BLOCK, blocksOf } from './numbers.ts'
import { DOT_INLINE, inlineOf, overflowOf, ROOT_SELF_INLINE, ROOT_SELF_OVERFLOW } from './rock-ridge.ts'

/** A folder as it will be written. Its place is found later. */
export interface Folder extends Id {
  readonly node: FolderNode
  /** Of the folder that it is in; the root is in itself. */
  readonly parent: number
  /** From 1, in the order of the path table. */
  readonly number: number
  /** `.`, `..`, then files and folders in the order of their identifiers. */
  readonly records: readonly Entry[]
  /** In bytes, whole blocks. */
  readonly size: number
}

/** A directory record to be. */
export interface Entry extends Id {
  readonly node: FileNode | FolderNode
  readonly isFolder: boolean
  readonly isDot: boolean
  /** Bytes of Rock Ridge behind the identifier, and of what had no room there. */
  readonly inline: number
  readonly overflow: number
  /** From the start of the folder. */
  readonly offset: number
}

interface Waiting extends Id {
  readonly node: FolderNode
  readonly parent: FolderNode
  readonly number: number
}

/** All folders, level by level, children in the order of their identifiers: what a path table asks for. */
export function foldersOf(root: FolderNode, identifiers: Identifiers, hasRockRidge: boolean): readonly Folder[] {
  const folders: Folder[] = []
  const waiting: Waiting[] = [{ ...SELF, node: root, parent: root, number: 1 }]
  for (const { id, idLength, node, parent, number: above } of waiting) {
    const records = recordsOf(node, parent, identifiers, hasRockRidge)
    const size = blocksOf((records.at(-1)?.offset ?? 0) + 1) * BLOCK
    const number = folders.length + 1
    folders.push({ id, idLength, node, parent: above, number, records, size })
    for (const record of records) {
      if (record.isDot || 'content' in record.node) continue
      waiting.push({ id: record.id, idLength: record.idLength, node: record.node, parent: node, number })
    }
  }
  return folders
}

/** One behind the other; none lies across the border of two blocks. */
function recordsOf(
  node: FolderNode,
  parent: FolderNode,
  identifiers: Identifiers,
  hasRockRidge: boolean,
): readonly Entry[] {
  const records: Entry[] = []
  let next = 0
  const add = (of: FileNode | FolderNode, id: string, idLength: number, inline: number, overflow: number): void => {
    const length = recordLength(idLength, inline)
    const left = BLOCK - (next % BLOCK)
    const offset = length > left ? next + left : next
    next = offset + length
    const isDot = records.length < 2
    records.push({ id, idLength, node: of, isFolder: !('content' in of), isDot, inline, overflow, offset })
  }
  const isRootSelf = hasRockRidge && node === parent
  const dot = hasRockRidge ? DOT_INLINE : 0
  add(node, SELF.id, SELF.idLength, isRootSelf ? ROOT_SELF_INLINE : dot, isRootSelf ? ROOT_SELF_OVERFLOW : 0)
  add(parent, PARENT.id, PARENT.idLength, dot, 0)
  for (const { order, node: child } of ordered(node, identifiers)) {
    const id = 'content' in child ? order + identifiers.version : order
    const idLength = id.length * identifiers.width
    const room = roomFor(idLength)
    if (hasRockRidge) add(child, id, idLength, inlineOf(child.nameBytes, room), overflowOf(child.nameBytes, room))
    else add(child, id, idLength, 0, 0)
  }
  return records
}

interface Ordered {
  /** The identifier without its version, which does not count for the order. */
  readonly order: string
  readonly node: FileNode | FolderNode
}

function ordered(node: FolderNode, identifiers: Identifiers): readonly Ordered[] {
  const identify = identifiers.forFolder()
  const children: Ordered[] = []
  for (const folder of node.folders) children.push({ order: identify(folder.name, true), node: folder })
  for (const file of node.files) children.push({ order: identify(file.name, false), node: file })
  return children.sort((a, b) => (a.order < b.order ? -1 : 1))
}
