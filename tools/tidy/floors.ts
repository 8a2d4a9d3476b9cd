import { DATABASE, FLOORS, STRANGERS, SUITES } from './house.ts'
import { importsOf } from './imports.ts'
import { packageTarget, relativeTarget } from './rooms.ts'
import { sources, type Rule, type Tree, type TreeFile } from './tree.ts'

const CORE = 'packages/core/src/'

/** Inside core nothing imports from a floor above its own, not even a type, and strangers stay strangers. */
export const floors: Rule = (tree) =>
  sources(tree)
    .filter((file) => file.path.startsWith(CORE))
    .flatMap((file) =>
      importsOf(file).flatMap((entry) => {
        const wrong = wrongStep(folderOf(file.path), folderOf(relativeTarget(file.path, entry.specifier) ?? ''))
        return wrong === null ? [] : [{ path: file.path, line: entry.line, what: wrong }]
      }),
    )

/** Every folder of core stands on some floor. */
export const everyFolderHasAFloor: Rule = (tree) =>
  [...new Set(sources(tree).flatMap((file) => folderOf(file.path) ?? []))]
    .filter((folder) => folder !== SUITES && floorOf(folder) === -1)
    .map((folder) => ({ path: CORE + folder, line: 0, what: 'tools/tidy/house.ts has no floor for it' }))

function wrongStep(from: string | null, to: string | null): string | null {
  if (from === null || to === null || from === to || from === SUITES) return null
  if (to === SUITES) return `${from} must not know the conformance suites`
  if (floorOf(to) > floorOf(from)) return `${from} must not know ${to}, which stands above it`
  const stranger = STRANGERS.find((pair) => pair.from === from && pair.to === to)
  return stranger === undefined ? null : `${from} must not know ${to}: ${stranger.why}`
}

function floorOf(folder: string): number {
  return FLOORS.findIndex((floor) => floor.includes(folder))
}

/** The folder under core's src; null for the door itself and for files elsewhere. */
function folderOf(file: string): string | null {
  return file.startsWith(CORE) ? (/^([^/]+)\//.exec(file.slice(CORE.length))?.[1] ?? null) : null
}

/** The agent and the drivers reach no database, however long the chain of imports. */
export const noDatabase: Rule = (tree) =>
  sources(tree)
    .filter((file) => DATABASE.rooms.test(file.path))
    .flatMap((file) => {
      const chain = chainToDatabase(file, new Map(tree.map((each) => [each.path, each])), new Set())
      return chain === null ? [] : [{ path: file.path, line: 0, what: `loads a database: ${chain.join(' → ')}` }]
    })

function chainToDatabase(file: TreeFile, byPath: Map<string, Tree[number]>, seen: Set<string>): string[] | null {
  seen.add(file.path)
  for (const { specifier, kind } of importsOf(file)) {
    if (kind === 'type') continue
    if (DATABASE.modules.includes(packageTarget(specifier)?.name ?? specifier)) return [file.path, specifier]
    const next = byPath.get(relativeTarget(file.path, specifier) ?? '')
    if (next === undefined || seen.has(next.path)) continue
    const rest = chainToDatabase(next, byPath, seen)
    if (rest !== null) return [file.path, ...rest]
  }
  return null
}
