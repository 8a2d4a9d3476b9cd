import { importsOf } from './imports.ts'
import { fileOf, roomsOf } from './rooms.ts'
import { sources, type Rule, type Tree } from './tree.ts'

/** No module loads itself in a circle. Types may go round, since nothing of them is loaded. */
export const cycles: Rule = (tree) => {
  const graph = loads(tree)
  const state = new Map<string, 'open' | 'closed'>()
  const found: string[][] = []
  const visit = (file: string, trail: readonly string[]): void => {
    if (state.get(file) === 'open') return void found.push([...trail.slice(trail.indexOf(file)), file])
    if (state.has(file)) return
    state.set(file, 'open')
    for (const next of graph.get(file) ?? []) visit(next, [...trail, file])
    state.set(file, 'closed')
  }
  for (const file of graph.keys()) visit(file, [])
  return found.map((circle) => ({ path: circle[0] ?? '', line: 0, what: `loads itself: ${circle.join(' → ')}` }))
}

function loads(tree: Tree): ReadonlyMap<string, readonly string[]> {
  const rooms = roomsOf(tree)
  return new Map(
    sources(tree).map((file) => [
      file.path,
      importsOf(file)
        .filter((entry) => entry.kind === 'value' || entry.kind === 'bare')
        .flatMap((entry) => fileOf(file.path, entry, rooms) ?? []),
    ]),
  )
}
