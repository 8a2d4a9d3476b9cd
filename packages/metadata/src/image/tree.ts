import { Buffer } from 'node:buffer'
import { driveImageErrors } from './errors.ts'
import type { ImageFile } from './file.ts'
import { imageLimits } from './limits.ts'
import { memo } from './memo.ts'
import { flawOfName, foldCase, shown } from './names.ts'

interface AnyNode {
  readonly name: string
  /** Of the name in UTF-8. */
  readonly nameBytes: number
}

export interface FileNode extends AnyNode {
  readonly content: Uint8Array
  /** Permission bits. */
  readonly mode: number
}

/** Children in the order of their names, whatever the order of the files was. */
export interface FolderNode extends AnyNode {
  readonly folders: readonly FolderNode[]
  readonly files: readonly FileNode[]
}

interface Growing extends FolderNode {
  readonly path: string
  readonly folders: Growing[]
  readonly files: FileNode[]
  /** Folded name → the name that has it. */
  readonly taken: Map<string, string>
}

/** What is found out about a name, once for all its folders. */
interface Known {
  readonly flaw: string | null
  readonly folded: string
  readonly bytes: number
}

/** What one format minds about a name, beyond {@link flawOfName}. */
export type NameRule = (name: string) => string | null

/** @throws `drive_image.bad_name`, `drive_image.name_clash`, `drive_image.too_large` */
export function treeOf(files: readonly ImageFile[], rule: NameRule): FolderNode {
  checkAmount(files)
  const names = memo<Known>()
  const know = (name: string): Known => names(name, () => knownOf(name, rule))
  const root: Growing = { name: '', nameBytes: 0, path: '', folders: [], files: [], taken: new Map() }
  const folders = new Map<string, Growing>()
  const folderAt = (path: string, whole: string): Growing => {
    const there = folders.get(path)
    if (there !== undefined) return there
    checkFolders(folders.size + 2)
    const [parent, name] = parted(path, whole, folderAt, root)
    const { bytes } = take(parent, name, know, whole)
    const made: Growing = { name, nameBytes: bytes, path, folders: [], files: [], taken: new Map() }
    parent.folders.push(made)
    folders.set(path, made)
    return made
  }
  for (const { path, content, mode = 0o444 } of files) {
    refuse(path, flawOfPath(path) ?? flawOfMode(mode))
    const [folder, name] = parted(path, path, folderAt, root)
    const { bytes } = take(folder, name, know, path)
    folder.files.push({ name, nameBytes: bytes, content, mode })
  }
  for (const folder of [root, ...folders.values()]) sortChildren(folder)
  return root
}

function checkAmount(files: readonly ImageFile[]): void {
  const { files: most, contentBytes } = imageLimits
  if (files.length > most) throw driveImageErrors.too_large({ what: `${files.length} files`, most, unit: 'files' })
  const total = files.reduce((sum, file) => sum + file.content.length, 0)
  if (total > contentBytes) {
    throw driveImageErrors.too_large({ what: `${total} bytes`, most: contentBytes, unit: 'bytes' })
  }
}

function checkFolders(count: number): void {
  const { folders: most } = imageLimits
  if (count > most) throw driveImageErrors.too_large({ what: 'more folders', most, unit: 'folders' })
}

function knownOf(name: string, rule: NameRule): Known {
  return { flaw: flawOfName(name) ?? rule(name), folded: foldCase(name), bytes: Buffer.byteLength(name) }
}

/** The folder that a path leads to, and the name in it. */
function parted(
  path: string,
  whole: string,
  folderAt: (path: string, whole: string) => Growing,
  root: Growing,
): readonly [Growing, string] {
  const slash = path.lastIndexOf('/')
  return slash < 0 ? [root, path] : [folderAt(path.slice(0, slash), whole), path.slice(slash + 1)]
}

/** A path of so few characters is well within all limits, whatever they are. */
const SHORT = 2 * imageLimits.depth

function flawOfPath(path: string): string | null {
  if (path.length <= SHORT) return null
  const { depth, pathBytes } = imageLimits
  if (path.split('/').length - 1 > depth) return `it stands under more than ${depth} folders`
  return Buffer.byteLength(path) > pathBytes ? `its path is longer than ${pathBytes} bytes` : null
}

function flawOfMode(mode: number): string | null {
  return Number.isInteger(mode) && mode >= 0 && mode <= 0o777 ? null : 'its mode is not from 0 to 0o777'
}

function refuse(path: string, why: string | null): void {
  if (why !== null) throw driveImageErrors.bad_name({ path: shown(path), why })
}

/** Gives the name to one child of the folder. */
function take(folder: Growing, name: string, know: (name: string) => Known, path: string): Known {
  const known = know(name)
  refuse(path, known.flaw)
  const other = folder.taken.get(known.folded)
  if (other !== undefined) {
    throw driveImageErrors.name_clash({ path: shown(childOf(folder, name)), other: shown(childOf(folder, other)) })
  }
  folder.taken.set(known.folded, name)
  return known
}

function childOf({ path }: Growing, name: string): string {
  return path === '' ? name : `${path}/${name}`
}

function sortChildren({ folders, files }: Growing): void {
  if (folders.length > 1) folders.sort(byName)
  if (files.length > 1) files.sort(byName)
}

function byName(a: AnyNode, b: AnyNode): number {
  return a.name < b.name ? -1 : 1
}
