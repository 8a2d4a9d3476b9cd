import type { FileNode, FolderNode } from '../tree.ts'
import { recordLength, roomFor } from './directory-record.ts'
import { BLOCK, blocksOf } from './numbers.ts'
import { NO_SYSTEM_USE, type PosixFacts, type RockRidge, type SystemUse } from './rock-ridge.ts'

/** How one of the trees of an image calls its files and folders. */
export interface Identifiers {
  /** Makes identifiers that are unique within one folder, and that sort as text as they do as bytes. */
  forFolder(): (name: string, isFolder: boolean) => string
  /** What stands behind each file's, and does not count for the order (ECMA-119, 9.3). */
  readonly version: string
  encode(id: string): Uint8Array
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
  readonly isFolder: boolean
  readonly node: FileNode | FolderNode
  readonly systemUse: SystemUse
  /** From the start of the folder. */
  readonly offset: number
}

type Unplaced = Omit<Entry, 'offset'>

const SELF = Uint8Array.of(0)
const PARENT = Uint8Array.of(1)

/** All folders, level by level, children in the order of their identifiers: what a path table asks for. */
export function foldersOf(root: FolderNode, identifiers: Identifiers, rock: RockRidge | null): readonly Folder[] {
  const folders: Folder[] = []
  const waiting: { readonly node: FolderNode; readonly id: Uint8Array; readonly parent: Folder | null }[] = [
    { node: root, id: SELF, parent: null },
  ]
  for (const { node, id, parent } of waiting) {
    const children = childrenOf(node, identifiers, rock)
    const records = placed([...dots(node, parent?.node ?? null, rock), ...children])
    const last = records.at(-1)
    const size = last === undefined ? 0 : blocksOf(last.offset + 1) * BLOCK
    const facts = { node, id, number: folders.length + 1, records, size }
    const folder: Folder = parent === null ? rootOf(facts) : { ...facts, parent }
    folders.push(folder)
    for (const child of children) {
      if (!('content' in child.node)) waiting.push({ node: child.node, id: child.id, parent: folder })
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

function dots(node: FolderNode, parent: FolderNode | null, rock: RockRidge | null): readonly Unplaced[] {
  const use = (of: FolderNode, isRootSelf: boolean): SystemUse => rock?.dot(factsOf(of), isRootSelf) ?? NO_SYSTEM_USE
  const above = parent ?? node
  return [
    { id: SELF, isFolder: true, node, systemUse: use(node, parent === null) },
    { id: PARENT, isFolder: true, node: above, systemUse: use(above, false) },
  ]
}

function childrenOf(node: FolderNode, identifiers: Identifiers, rock: RockRidge | null): readonly Unplaced[] {
  const { version, encode } = identifiers
  const identify = identifiers.forFolder()
  const named: { readonly text: string; readonly isFolder: boolean; readonly node: FileNode | FolderNode }[] = []
  for (const folder of node.folders) named.push({ text: identify(folder.name, true), isFolder: true, node: folder })
  for (const file of node.files) named.push({ text: identify(file.name, false), isFolder: false, node: file })
  return named
    .sort((a, b) => (a.text < b.text ? -1 : 1))
    .map(({ text, isFolder, node: child }) => {
      const id = encode(isFolder ? text : text + version)
      const systemUse = rock?.named(child.name, factsOf(child), roomFor(id.length)) ?? NO_SYSTEM_USE
      return { id, isFolder, node: child, systemUse }
    })
}

function factsOf(node: FolderNode | FileNode): PosixFacts {
  return 'content' in node
    ? { mode: 0o100000 | node.mode, links: 1 }
    : { mode: 0o040555, links: 2 + node.folders.length }
}

/** One behind the other; none lies across the border of two blocks. */
function placed(entries: readonly Unplaced[]): readonly Entry[] {
  let next = 0
  return entries.map(({ id, isFolder, node, systemUse }) => {
    const length = recordLength(id.length, systemUse.inline.length)
    const left = BLOCK - (next % BLOCK)
    const offset = length > left ? next + left : next
    next = offset + length
    return { id, isFolder, node, systemUse, offset }
  })
}
