import path from 'node:path'
import type { Import } from './imports.ts'
import { roomOf, type Tree } from './tree.ts'

/** A workspace package and the doors its package.json declares. */
export interface Room {
  /** `packages/core` */
  readonly folder: string
  readonly name: string
  readonly manifest: Manifest
  /** Subpath (`.`, `./testing`) → source file, relative to the root. */
  readonly doors: ReadonlyMap<string, string>
}

export interface Manifest {
  readonly name: string
  readonly private?: boolean
  readonly version?: string
  readonly description?: string
  readonly license?: string
  readonly type?: string
  readonly sideEffects?: unknown
  readonly engines?: Readonly<Record<string, string>>
  readonly files?: readonly string[]
  readonly bin?: Readonly<Record<string, string>>
  readonly exports?: Readonly<Record<string, string | Readonly<Record<string, string>>>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

export function roomsOf(tree: Tree): ReadonlyMap<string, Room> {
  const rooms = new Map<string, Room>()
  for (const file of tree) {
    const folder = roomOf(file.path)
    if (folder === null || file.path !== `${folder}/package.json`) continue
    const manifest = JSON.parse(file.text) as Manifest
    rooms.set(manifest.name, { folder, name: manifest.name, manifest, doors: doorsOf(folder, manifest) })
  }
  return rooms
}

function doorsOf(folder: string, manifest: Manifest): ReadonlyMap<string, string> {
  const doors = new Map<string, string>()
  for (const [subpath, target] of Object.entries(manifest.exports ?? {})) {
    const source = typeof target === 'string' ? undefined : target['novakit-source']
    if (source !== undefined) doors.set(subpath, path.posix.join(folder, source))
  }
  return doors
}

/** Where a relative import leads; null for one by package name. */
export function relativeTarget(from: string, specifier: string): string | null {
  return /^\.\.?(\/|$)/.test(specifier) ? path.posix.join(path.posix.dirname(from), specifier) : null
}

/** `@novakit/core/testing` → package and door; null for relative imports and built-ins. */
export function packageTarget(specifier: string): { readonly name: string; readonly door: string } | null {
  if (/^(\.|node:|#)/.test(specifier)) return null
  const match = /^((?:@[^/]+\/)?[^/]+)(\/.*)?$/.exec(specifier)
  return match === null ? null : { name: match[1] ?? '', door: `.${match[2] ?? ''}` }
}

/** The file of this tree that an import loads, through a door or directly; null when it is none of ours. */
export function fileOf(from: string, { specifier }: Import, rooms: ReadonlyMap<string, Room>): string | null {
  const near = relativeTarget(from, specifier)
  if (near !== null) return near
  const far = packageTarget(specifier)
  return far === null ? null : (rooms.get(far.name)?.doors.get(far.door) ?? null)
}
