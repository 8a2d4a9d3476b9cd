import type {
  CommonTableExpressionNode,
  FromNode,
  IdentifierNode,
  JoinNode,
  ListNode,
  OperationNode,
  RawNode,
  TableNode,
  UsingNode,
  WithNode,
} from 'kysely'

/** What the names of tables mean in one query, and in those around it. */
export interface Scope {
  /** Tables that go by their own name. */
  readonly tables: string[]
  /** Names that the query gives: aliases, and common table expressions that it reads from. */
  readonly given: string[]
  /** Common table expressions that it may read from. */
  readonly ctes: string[]
  readonly outer: Scope | null
}

export const NO_SCOPE: Scope = { tables: [], given: [], ctes: [], outer: null }

/** Whether a name used for columns, as in `server.id`, is that of a table and no alias. */
export function meansTable(scope: Scope, name: string): boolean {
  for (let at: Scope | null = scope; at !== null; at = at.outer) {
    if (at.given.includes(name)) return false
    if (at.tables.includes(name)) return true
  }
  return false
}

export function isCte(scope: Scope, name: string): boolean {
  for (let at: Scope | null = scope; at !== null; at = at.outer) if (at.ctes.includes(name)) return true
  return false
}

/** Goes through a tree; see `prefixPlugin`. */
export type Walk = (node: OperationNode, scope: Scope, visibleName?: boolean) => OperationNode

interface QueryParts {
  readonly from?: FromNode
  readonly joins?: readonly JoinNode[]
  readonly into?: OperationNode
  readonly table?: OperationNode
  readonly using?: OperationNode
  readonly with?: WithNode
}

const QUERIES: ReadonlySet<string> = new Set([
  'SelectQueryNode',
  'InsertQueryNode',
  'UpdateQueryNode',
  'DeleteQueryNode',
  'MergeQueryNode',
])

/** The scope of a query, its common table expressions done already; null for what is no query. */
export function innerScope(
  node: OperationNode,
  outer: Scope,
  walk: Walk,
): { readonly scope: Scope; readonly node: OperationNode } | null {
  if (node.kind === 'RawNode') return { scope: rawScope(node as RawNode, outer), node }
  if (!QUERIES.has(node.kind)) return null
  const parts = node as OperationNode & QueryParts
  const scope: Scope = { tables: [], given: [], ctes: [], outer }
  const done = parts.with === undefined ? node : { ...node, with: walkWith(parts.with, scope, walk) }
  for (const source of parts.from?.froms ?? []) collect(source, scope)
  for (const source of parts.joins ?? []) collect(source, scope)
  for (const source of [parts.into, parts.table, parts.using]) if (source !== undefined) collect(source, scope)
  return { scope, node: done }
}

/** Each expression knows those before it; of a recursive `with` each knows all. */
function walkWith(node: WithNode, scope: Scope, walk: Walk): WithNode {
  if (node.recursive === true) scope.ctes.push(...node.expressions.map(nameOf))
  const expressions = node.expressions.map((cte) => {
    const expression = walk(cte.expression, scope)
    if (node.recursive !== true) scope.ctes.push(nameOf(cte))
    return { ...cte, expression }
  })
  return { ...node, expressions }
}

function nameOf(cte: CommonTableExpressionNode): string {
  return cte.name.table.table.identifier.name
}

function collect(source: OperationNode, scope: Scope): void {
  switch (source.kind) {
    case 'TableNode': {
      const { schema, identifier } = (source as TableNode).table
      const given = schema !== undefined || isCte(scope, identifier.name)
      ;(given ? scope.given : scope.tables).push(identifier.name)
      return
    }
    case 'AliasNode': {
      const { alias } = source as OperationNode & { alias: OperationNode }
      if (alias.kind === 'IdentifierNode') scope.given.push((alias as IdentifierNode).name)
      return
    }
    case 'JoinNode':
      return collect((source as JoinNode).table, scope)
    case 'ListNode':
      return (source as ListNode).items.forEach((item) => collect(item, scope))
    case 'UsingNode':
      return (source as UsingNode).tables.forEach((item) => collect(item, scope))
    default:
      // A derived table without an alias has no name.
      return
  }
}

/** SQL as text with `sql.table(...)` in it: these tables go by their own names in its `sql.ref(...)`. */
function rawScope(node: RawNode, outer: Scope): Scope {
  const scope: Scope = { tables: [], given: [], ctes: [], outer }
  collectRaw(node, scope)
  return scope.tables.length === 0 ? outer : scope
}

function collectRaw(node: RawNode, scope: Scope): void {
  for (const parameter of node.parameters) {
    if (parameter.kind === 'TableNode') collect(parameter, scope)
    if (parameter.kind === 'RawNode') collectRaw(parameter as RawNode, scope)
  }
}
