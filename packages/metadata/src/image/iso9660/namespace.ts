import { Buffer } from 'node:buffer'
import type { FileNode, FolderNode } from '../tree.ts'
import { recordLength, roomFor } from './directory-record.ts'
import { BLOCK } from './numbers.ts'
import { dotUse, namedUse, NO_SYSTEM_USE, type PosixFacts, type SystemUse } from './rock-ridge.ts'

/** One of the trees of an image: the plain one with its Rock Ridge, or Joliet's. */
export interface Naming {
  /** Makes identifiers that are unique within one folder. */
  readonly identifiers: () => (name: string, isFolder: boolean) => Uint8Array
  /** What stands behind each file's identifier. */
  readonly version: Uint8Array
  /** Null for a tree without Rock Ridge; else the date that files and folders bear. */
  readonly rockRidge: { readonly date: Uint8Array } | null
}

/** A folder as it will be written. Its place is found later. */
export interface Folder {
  readonly node: FolderNode
  readonly id: Uint8Array
  /** The root is its own. */
  readonly parent: Folder
  /** From 1, in the order of the path table. */
  readonly number: number
  /** `.`, `..`, then files and folders in the order of their identifiers. */
  readonly records: readonly Entry[]
  /** In bytes, whole blocks. */
  readonly size: number
}

export interface Entry {
  readonly id: Uint8Array
  readonly target: { readonly file: FileNode } | { readonly folder: FolderNode }
  readonly systemUse: SystemUse
  /** From the start of the folder. */
  readonly offset: number
}

type Unplaced = Omit<Entry, 'offset'>

const SELF = Uint8Array.of(0)
const PARENT = Uint8Array.of(1)

/** All folders, level by level, children in the order of their identifiers: what a path table asks for. */
export function foldersOf(root: FolderNode, naming: Naming): readonly Folder[] {
  const folders: Folder[] = []
  const waiting: { readonly node: FolderNode; readonly id: Uint8Array; readonly parent: Folder | null }[] = [
    { node: root, id: SELF, parent: null },
  ]
  for (const { node, id, parent } of waiting) {
    const children = childrenOf(node, naming)
    const records = placed([...dots(node, parent?.node ?? null, naming), ...children])
    const last = records.at(-1)
    const size = last === undefined ? 0 : Math.ceil((last.offset + lengthOf(last)) / BLOCK) * BLOCK
    const facts = { node, id, number: folders.length + 1, records, size }
    const folder: Folder = parent === null ? rootOf(facts) : { ...facts, parent }
    folders.push(folder)
    for (const child of children) {
      if ('folder' in child.target) waiting.push({ node: child.target.folder, id: child.id, parent: folder })
    }
  }
  return folders
}

function rootOf(facts: Omit<Folder, 'parent'>): Folder {
  const root: Folder = {
    ...facts,
    get parent(): Folder {
      return root
    },
  }
  return root
}

function dots(node: FolderNode, parent: FolderNode | null, { rockRidge }: Naming): readonly Unplaced[] {
  const use = (of: FolderNode, isRootSelf: boolean): SystemUse =>
    rockRidge === null ? NO_SYSTEM_USE : dotUse({ ...folderFacts(of), date: rockRidge.date }, isRootSelf)
  const above = parent ?? node
  return [
    { id: SELF, target: { folder: node }, systemUse: use(node, parent === null) },
    { id: PARENT, target: { folder: above }, systemUse: use(above, false) },
  ]
}

function folderFacts(node: FolderNode): Omit<PosixFacts, 'date'> {
  return { mode: 0o040555, links: 2 + node.folders.length }
}

function childrenOf(node: FolderNode, { identifiers, version, rockRidge }: Naming): readonly Unplaced[] {
  const identify = identifiers()
  const use = (name: string, id: Uint8Array, facts: Omit<PosixFacts, 'date'>): SystemUse =>
    rockRidge === null ? NO_SYSTEM_USE : namedUse(name, { ...facts, date: rockRidge.date }, roomFor(id.length))
  const folders = node.folders.map((folder) => {
    const id = identify(folder.name, true)
    return { order: id, id, target: { folder }, systemUse: use(folder.name, id, folderFacts(folder)) }
  })
  const files = node.files.map((file) => {
    const order = identify(file.name, false)
    const id = Uint8Array.from([...order, ...version])
    return { order, id, target: { file }, systemUse: use(file.name, id, { mode: 0o100000 | file.mode, links: 1 }) }
  })
  // The version does not count: it would stand between the digits and the letters (ECMA-119, 9.3).
  return [...folders, ...files].toSorted((a, b) => Buffer.compare(a.order, b.order))
}

/** One behind the other; none lies across the border of two blocks. */
function placed(entries: readonly Unplaced[]): readonly Entry[] {
  let next = 0
  return entries.map((entry) => {
    const length = lengthOf(entry)
    const left = BLOCK - (next % BLOCK)
    const offset = length > left ? next + left : next
    next = offset + length
    return { ...entry, offset }
  })
}

function lengthOf({ id, systemUse }: Unplaced): number {
  return recordLength(id.length, systemUse.inline.length)
}
