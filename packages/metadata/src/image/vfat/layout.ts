import { driveImageErrors } from '../errors.ts'
import type { FileNode, FolderNode } from '../tree.ts'
import type { Run } from './allocation-table.ts'
import { entriesOf } from './directory.ts'
import { ENTRY, SECTOR, type Geometry } from './geometry.ts'
import { shortNames, type ShortName } from './short-names.ts'

export interface Child {
  readonly name: string
  readonly short: ShortName
  readonly node: FolderNode | FileNode
}

export interface PlacedFolder {
  readonly children: readonly Child[]
  /** Null for the root. */
  readonly parent: FolderNode | null
}

/** Which folders and files stand where. The root of FAT12 and FAT16 has a place of its own, and no run. */
export interface Layout {
  readonly folders: ReadonlyMap<FolderNode, PlacedFolder>
  readonly runs: ReadonlyMap<FolderNode | FileNode, Run>
  /** Clusters, of all that there are. */
  readonly used: number
}

/** A folder has at most 2^16 entries. */
const MOST_ENTRIES = 0x1_0000

/** Folders first, level by level, then files. @throws `drive_image.too_large` */
export function layoutOf(root: FolderNode, geometry: Geometry): Layout {
  const folders = foldersOf(root)
  const runs = new Map<FolderNode | FileNode, Run>()
  let next = 2
  const place = (node: FolderNode | FileNode, bytes: number): void => {
    const length = Math.ceil(bytes / (geometry.perCluster * SECTOR))
    runs.set(node, { first: length === 0 ? 0 : next, length })
    next += length
  }
  for (const [node, folder] of folders) {
    const entries = entriesIn(folder)
    checkEntries(entries, folder.parent === null && geometry.root > 0 ? (geometry.root * SECTOR) / ENTRY : MOST_ENTRIES)
    if (folder.parent !== null || geometry.root === 0) place(node, entries * ENTRY)
  }
  for (const node of folders.keys()) for (const file of node.files) place(file, file.content.length)
  checkRoom(next - 2, geometry)
  return { folders, runs, used: next - 2 }
}

function foldersOf(root: FolderNode): ReadonlyMap<FolderNode, PlacedFolder> {
  const folders = new Map<FolderNode, PlacedFolder>()
  const waiting: { readonly node: FolderNode; readonly parent: FolderNode | null }[] = [{ node: root, parent: null }]
  for (const { node, parent } of waiting) {
    folders.set(node, { children: childrenOf(node), parent })
    waiting.push(...node.folders.map((folder) => ({ node: folder, parent: node })))
  }
  return folders
}

function childrenOf(node: FolderNode): readonly Child[] {
  const shorten = shortNames()
  return [...node.folders, ...node.files].map((child) => ({
    name: child.name,
    short: shorten(child.name),
    node: child,
  }))
}

/** With the label in the root, and with `.` and `..` elsewhere. */
function entriesIn({ children, parent }: PlacedFolder): number {
  return children.reduce((sum, { name, short }) => sum + entriesOf(name, short), parent === null ? 1 : 2)
}

function checkEntries(entries: number, most: number): void {
  if (entries <= most) return
  throw driveImageErrors.too_large({
    what: `a folder of ${entries} entries`,
    most,
    unit: 'entries, long names take several',
  })
}

function checkRoom(clusters: number, { clusters: most, perCluster }: Geometry): void {
  if (clusters <= most) return
  throw driveImageErrors.too_large({
    what: `${clusters} clusters of ${perCluster * SECTOR} bytes`,
    most,
    unit: 'clusters',
  })
}
