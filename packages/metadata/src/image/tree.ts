import { Buffer } from 'node:buffer'
import { driveImageErrors } from './errors.ts'
import type { ImageFile } from './file.ts'
import { imageLimits } from './limits.ts'
import { memo } from './memo.ts'
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
  readonly parent: Growing | null
  readonly folders: Map<string, Growing>
  readonly files: Map<string, FileNode>
  /** Folded name → the name that has it. */
  readonly taken: Map<string, string>
}

/** What is found out about a name, once for all its folders. */
interface Known {
  readonly flaw: string | null
  readonly folded: string
}

/** What one format minds about a name, beyond {@link flawOfName}. */
export type NameRule = (name: string) => string | null

/** @throws `drive_image.bad_name`, `drive_image.name_clash`, `drive_image.too_large` */
export function treeOf(files: readonly ImageFile[], rule: NameRule): FolderNode {
  checkAmount(files)
  const root = growing('', null)
  const known = memo<Known>()
  const know = (name: string): Known =>
    known(name, () => ({ flaw: flawOfName(name) ?? rule(name), folded: foldCase(name) }))
  let folders = 1
  for (const file of files) {
    const names = namesOf(file, know)
    const last = names.pop() ?? ''
    let folder = root
    for (const name of names) {
      const there = folder.folders.get(name)
      if (there === undefined) checkFolders(++folders)
      folder = there ?? made(folder, name, know)
    }
    take(folder, last, know)
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

function namesOf({ path, mode }: ImageFile, know: (name: string) => Known): string[] {
  const names = path.split('/')
  for (const name of names) refuse(path, know(name).flaw)
  refuse(path, flawOfPath(path, names.length - 1))
  if (mode !== undefined && (!Number.isInteger(mode) || mode < 0 || mode > 0o777)) {
    refuse(path, 'its mode is not from 0 to 0o777')
  }
  return names
}

function refuse(path: string, why: string | null): void {
  if (why !== null) throw driveImageErrors.bad_name({ path: shown(path), why })
}

function flawOfPath(path: string, folders: number): string | null {
  const { depth, pathBytes } = imageLimits
  if (folders > depth) return `it stands under more than ${depth} folders`
  return Buffer.byteLength(path) > pathBytes ? `its path is longer than ${pathBytes} bytes` : null
}

function growing(name: string, parent: Growing | null): Growing {
  return { name, parent, folders: new Map(), files: new Map(), taken: new Map() }
}

function made(parent: Growing, name: string, know: (name: string) => Known): Growing {
  take(parent, name, know)
  const folder = growing(name, parent)
  parent.folders.set(name, folder)
  return folder
}

function checkFolders(count: number): void {
  const { folders: most } = imageLimits
  if (count > most) throw driveImageErrors.too_large({ what: 'more folders', most, unit: 'folders' })
}

function take(parent: Growing, name: string, know: (name: string) => Known): void {
  const { folded } = know(name)
  const other = parent.taken.get(folded)
  if (other !== undefined) {
    throw driveImageErrors.name_clash({ path: shown(pathOf(parent, name)), other: shown(pathOf(parent, other)) })
  }
  parent.taken.set(folded, name)
}

function pathOf(parent: Growing, name: string): string {
  return parent.parent === null ? name : `${pathOf(parent.parent, parent.name)}/${name}`
}

function settled(folder: Growing): FolderNode {
  return {
    name: folder.name,
    folders: Array.from(folder.folders.values(), settled).sort(byName),
    files: Array.from(folder.files.values()).sort(byName),
  }
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0
}
