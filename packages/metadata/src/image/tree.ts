import { driveImageErrors } from './errors.ts'
import type { ImageFile } from './file.ts'
import { imageLimits } from './limits.ts'
import { flawOfName, foldCase, shown } from './names.ts'

export interface FileNode {
  readonly name: string
  readonly content: Uint8Array
  /** Permission bits. */
  readonly mode: number
}

/** Children in the order of their names, whatever the order of the files was. */
export interface FolderNode {
  readonly name: string
  readonly folders: readonly FolderNode[]
  readonly files: readonly FileNode[]
}

interface Growing {
  readonly name: string
  readonly path: string
  readonly folders: Map<string, Growing>
  readonly files: Map<string, FileNode>
  /** Folded name → the path that has it. */
  readonly taken: Map<string, string>
}

/** What one format minds about a name, beyond {@link flawOfName}. */
export type NameRule = (name: string) => string | null

/** @throws `drive_image.bad_name`, `drive_image.name_clash`, `drive_image.too_large` */
export function treeOf(files: readonly ImageFile[], rule: NameRule): FolderNode {
  checkAmount(files)
  const root = growing('', '')
  const count = { folders: 1 }
  for (const file of files) {
    const names = namesOf(file, rule)
    const last = names.pop() ?? ''
    const folder = names.reduce((parent, name) => enter(parent, name, count), root)
    take(folder, last)
    folder.files.set(last, { name: last, content: file.content, mode: file.mode ?? 0o444 })
  }
  return settled(root)
}

function checkAmount(files: readonly ImageFile[]): void {
  const { files: most, contentBytes } = imageLimits
  if (files.length > most) throw driveImageErrors.too_large({ what: `${files.length} files`, most, unit: 'files' })
  const total = files.reduce((sum, file) => sum + file.content.length, 0)
  if (total > contentBytes) {
    throw driveImageErrors.too_large({ what: `${total} bytes`, most: contentBytes, unit: 'bytes' })
  }
}

function namesOf(file: ImageFile, rule: NameRule): string[] {
  const { path, mode } = file
  const names = path.split('/')
  const flaw = names.map((name) => flawOfName(name) ?? rule(name)).find((each) => each !== null) ?? flawOfPath(path)
  if (flaw !== null) throw driveImageErrors.bad_name({ path: shown(path), why: flaw })
  if (mode !== undefined && (!Number.isInteger(mode) || mode < 0 || mode > 0o777)) {
    throw driveImageErrors.bad_name({ path: shown(path), why: 'its mode is not from 0 to 0o777' })
  }
  return names
}

function flawOfPath(path: string): string | null {
  const { depth, pathBytes } = imageLimits
  if (path.split('/').length - 1 > depth) return `it stands under more than ${depth} folders`
  return new TextEncoder().encode(path).length > pathBytes ? `its path is longer than ${pathBytes} bytes` : null
}

function growing(name: string, path: string): Growing {
  return { name, path, folders: new Map(), files: new Map(), taken: new Map() }
}

function enter(parent: Growing, name: string, count: { folders: number }): Growing {
  const there = parent.folders.get(name)
  if (there !== undefined) return there
  const { folders: most } = imageLimits
  if (++count.folders > most) throw driveImageErrors.too_large({ what: 'more folders', most, unit: 'folders' })
  const made = growing(name, take(parent, name))
  parent.folders.set(name, made)
  return made
}

/** @returns the path */
function take(parent: Growing, name: string): string {
  const path = parent.path === '' ? name : `${parent.path}/${name}`
  const folded = foldCase(name)
  const other = parent.taken.get(folded)
  if (other !== undefined) throw driveImageErrors.name_clash({ path: shown(path), other: shown(other) })
  parent.taken.set(folded, path)
  return path
}

function settled(folder: Growing): FolderNode {
  return {
    name: folder.name,
    folders: [...folder.folders.values()].map(settled).toSorted(byName),
    files: [...folder.files.values()].toSorted(byName),
  }
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0
}
