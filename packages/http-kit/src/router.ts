/** What a method does at a path. */
export interface Route<Target> {
  readonly method: string
  /** Segments that begin with a colon are parameters: `/resource_providers/:uuid/traits`. */
  readonly path: string
  readonly target: Target
}

export type PathParams = Readonly<Record<string, string>>

export type Match<Target> =
  | { readonly kind: 'found'; readonly target: Target; readonly params: PathParams }
  /** The path is there, the method is not. `allow` is in the order in which the routes were given. */
  | { readonly kind: 'wrong_method'; readonly allow: readonly string[] }
  | { readonly kind: 'unknown' }

export interface Router<Target> {
  /** @param path as it stands in the URL: percent-encoded, without the query */
  match(method: string, path: string): Match<Target>
}

interface Node<Target> {
  readonly fixed: Map<string, Node<Target>>
  param: { readonly name: string; readonly node: Node<Target> } | null
  readonly methods: Map<string, Target>
}

/**
 * A tree of path segments. A fixed segment wins over a parameter in its place. Parameters are percent-decoded; one that
 * cannot be decoded, or has the character NUL, makes the path an unknown one. An empty parameter matches nothing.
 */
export function router<Target>(routes: readonly Route<Target>[]): Router<Target> {
  const root = emptyNode<Target>()
  for (const route of routes) add(root, route)
  return {
    match: (method, path) => {
      const params: Record<string, string> = {}
      const node = walk(root, segmentsOf(path), 0, params)
      if (node === null || node.methods.size === 0) return { kind: 'unknown' }
      const target = node.methods.get(method)
      if (target === undefined) return { kind: 'wrong_method', allow: [...node.methods.keys()] }
      return { kind: 'found', target, params }
    },
  }
}

function emptyNode<Target>(): Node<Target> {
  return { fixed: new Map(), param: null, methods: new Map() }
}

function segmentsOf(path: string): readonly string[] {
  return path.split('/').slice(1)
}

function add<Target>(root: Node<Target>, { method, path, target }: Route<Target>): void {
  let node = root
  for (const segment of segmentsOf(path))
    node = segment.startsWith(':') ? paramOf(node, segment) : fixedOf(node, segment)
  if (node.methods.has(method)) throw new TypeError(`There are two routes for ${method} ${path}.`)
  node.methods.set(method, target)
}

function fixedOf<Target>(node: Node<Target>, segment: string): Node<Target> {
  const known = node.fixed.get(segment)
  if (known !== undefined) return known
  const made = emptyNode<Target>()
  node.fixed.set(segment, made)
  return made
}

function paramOf<Target>(node: Node<Target>, segment: string): Node<Target> {
  const name = segment.slice(1)
  node.param ??= { name, node: emptyNode() }
  if (node.param.name !== name) throw new TypeError(`A path has the names ${node.param.name} and ${name} in one place.`)
  return node.param.node
}

function walk<Target>(
  node: Node<Target>,
  segments: readonly string[],
  at: number,
  params: Record<string, string>,
): Node<Target> | null {
  const segment = segments[at]
  if (segment === undefined) return node
  const fixed = node.fixed.get(segment)
  const below = fixed === undefined ? null : walk(fixed, segments, at + 1, params)
  if (below !== null && below.methods.size > 0) return below
  if (node.param === null) return below
  const value = decoded(segment)
  if (value === null || value === '') return below
  const found = walk(node.param.node, segments, at + 1, params)
  if (found !== null) params[node.param.name] = value
  return found ?? below
}

function decoded(segment: string): string | null {
  if (!segment.includes('%')) return segment
  try {
    const text = decodeURIComponent(segment)
    return text.includes('\0') ? null : text
  } catch {
    return null
  }
}
