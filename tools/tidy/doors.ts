import { importsOf, type Import } from './imports.ts'
import { arrowsFrom } from './house.ts'
import { packageTarget, relativeTarget, roomsOf, type Room } from './rooms.ts'
import { roomOf, typescript, type Finding, type Rule, type Tree, type TreeFile } from './tree.ts'

/** Rooms are entered through their declared doors, and shipped code walks only along the arrows of house.ts. */
export const doors: Rule = (tree) => {
  const rooms = roomsOf(tree)
  return typescript(tree).flatMap((file) => {
    const room = roomOf(file.path)
    if (room === null) return []
    const shipped = file.path.startsWith(`${room}/src/`)
    return importsOf(file).flatMap((entry) => {
      const wrong =
        backDoor(file, room, entry) ??
        closedDoor(entry, rooms) ??
        (shipped ? (wrongArrow(room, entry, rooms) ?? undeclared(room, entry, rooms)) : null)
      return wrong === null ? [] : [{ path: file.path, line: entry.line, what: wrong }]
    })
  })
}

/** Every package has an arrow drawn for it. */
export const drawn: Rule = (tree: Tree): readonly Finding[] =>
  [...roomsOf(tree).values()]
    .filter((room) => room.folder.startsWith('packages/') && arrowsFrom(shortName(room.folder)) === null)
    .map((room) => ({ path: `${room.folder}/package.json`, line: 0, what: 'tools/tidy/house.ts has no arrow for it' }))

function backDoor(file: TreeFile, room: string, { specifier }: Import): string | null {
  const target = relativeTarget(file.path, specifier)
  if (target === null || roomOf(`${target}/`) === null || target.startsWith(`${room}/`)) return null
  return `reaches into ${target} by a path: use the package name`
}

function closedDoor({ specifier }: Import, rooms: ReadonlyMap<string, Room>): string | null {
  const target = packageTarget(specifier)
  const room = target === null ? undefined : rooms.get(target.name)
  return target === null || room === undefined || room.doors.has(target.door)
    ? null
    : `${specifier}: ${room.folder}/package.json exports no ${target.door}`
}

function wrongArrow(folder: string, { specifier }: Import, rooms: ReadonlyMap<string, Room>): string | null {
  const target = packageTarget(specifier)
  const room = target === null ? undefined : rooms.get(target.name)
  if (target === null || room === undefined) return null
  if (room.folder === folder) return `${specifier}: a package reaches itself by relative paths`
  const there = shortName(room.folder) + target.door.slice(1)
  const allowed = (arrowsFrom(shortName(folder)) ?? []).some((arrow) => opens(arrow, there))
  return allowed ? null : `${shortName(folder)} must not know ${there}`
}

/** An arrow to a room opens all its doors, an arrow to a subpath that one; `driver-*` stands for every driver. */
function opens(arrow: string, there: string): boolean {
  if (arrow.endsWith('*')) return there.startsWith(arrow.slice(0, -1))
  return there === arrow || there.startsWith(`${arrow}/`)
}

function undeclared(folder: string, { specifier }: Import, rooms: ReadonlyMap<string, Room>): string | null {
  const target = packageTarget(specifier)
  const manifest = [...rooms.values()].find((room) => room.folder === folder)?.manifest
  const declared = { ...manifest?.dependencies, ...manifest?.peerDependencies }
  return target === null || target.name in declared ? null : `${target.name} is not in the package's dependencies`
}

function shortName(folder: string): string {
  return folder.replace('packages/', '')
}
