import { IdentifierNode, TableNode, type KyselyPlugin, type OperationNode, type RootOperationNode } from 'kysely'
import { innerScope, isCte, meansTable, NO_SCOPE, type Scope, type Walk } from './prefix-scope.ts'

/** PostgreSQL cuts longer names off without a word. */
const LONGEST_NAME = 63

/** Parts of a tree that name no table. */
const LEAVES: ReadonlySet<string> = new Set([
  'ColumnNode',
  'DataTypeNode',
  'DefaultInsertValueNode',
  'IdentifierNode',
  'OperatorNode',
  'PrimitiveValueListNode',
  'SelectAllNode',
  'ValueNode',
])

/** Things beside tables whose names are shared by all who use the database, and where their nodes keep them. */
const NAMED: Readonly<Record<string, readonly string[]>> = {
  AddIndexNode: ['name'],
  CheckConstraintNode: ['name'],
  CreateIndexNode: ['name'],
  CreateViewNode: ['name'],
  DropConstraintNode: ['constraintName'],
  DropIndexNode: ['name'],
  DropViewNode: ['name'],
  ForeignKeyConstraintNode: ['name'],
  PrimaryKeyConstraintNode: ['name'],
  RefreshMaterializedViewNode: ['name'],
  RenameConstraintNode: ['oldName', 'newName'],
  UniqueConstraintNode: ['name'],
}

/** Where a table is meant by the name it goes by in the query, as in `to_json(t)` and `for update of t`. */
const BY_VISIBLE_NAME: ReadonlySet<string> = new Set([
  'AggregateFunctionNode',
  'FunctionNode',
  'ReferenceNode',
  'SelectModifierNode',
])

type Fields = Record<string, unknown>

/**
 * Puts `prefix` before the names of tables, indexes and constraints, so that queries use bare names and several stores
 * share one database. Aliases and common table expressions keep their names; names with a schema, and SQL written as
 * text, are left alone. It runs for every query: it copies only the branches of the tree that it changes.
 *
 * Kysely runs it over a subquery as soon as that is made with `db`, and again as part of the whole. So a subquery that
 * reads from a common table expression around it has to be made with the callback's `eb`.
 */
export function prefixPlugin(prefix: string): KyselyPlugin {
  const tables = new Map<string, TableNode>()
  const done = new WeakSet<TableNode>()

  const prefixed = (name: string): string => {
    const full = prefix + name
    if (full.length <= LONGEST_NAME) return full
    throw new Error(`The name ${full} has ${full.length} characters, and databases allow ${LONGEST_NAME}.`)
  }

  const tableNamed = (name: string): TableNode => {
    const known = tables.get(name)
    if (known !== undefined) return known
    const made = TableNode.create(prefixed(name))
    tables.set(name, made)
    done.add(made)
    return made
  }

  const table = (node: TableNode, scope: Scope, visibleName: boolean): TableNode => {
    const { schema, identifier } = node.table
    if (schema !== undefined || done.has(node)) return node
    const mine = visibleName ? meansTable(scope, identifier.name) : !isCte(scope, identifier.name)
    return mine ? tableNamed(identifier.name) : node
  }

  const walk = (node: OperationNode, scope: Scope, visibleName = false): OperationNode => {
    const { kind } = node
    if (LEAVES.has(kind)) return node
    if (kind === 'TableNode') return table(node as TableNode, scope, visibleName)
    const named = NAMED[kind]
    const subject = named === undefined ? node : rename(node, named, prefixed)
    const inner = innerScope(subject, scope, walk)
    return inner === null
      ? children(subject, scope, BY_VISIBLE_NAME.has(kind), walk)
      : children(inner.node, inner.scope, false, walk)
  }

  return {
    transformQuery: ({ node }) => walk(node, NO_SCOPE) as RootOperationNode,
    transformResult: async ({ result }) => result,
  }
}

function children(node: OperationNode, scope: Scope, visibleName: boolean, walk: Walk): OperationNode {
  let copy: Fields | null = null
  for (const key in node) {
    const before = (node as unknown as Fields)[key]
    if (typeof before !== 'object' || before === null || isDone(node, key, before)) continue
    const after = Array.isArray(before)
      ? list(before, scope, visibleName, walk)
      : child(before, scope, visibleName, walk)
    if (after !== before) (copy ??= { ...node })[key] = after
  }
  return copy === null ? node : (copy as unknown as OperationNode)
}

/** `with` was done when the scope was made; the query of a view was done when it was made, and was copied since. */
function isDone({ kind }: OperationNode, key: string, value: object): boolean {
  return key === 'with' || (kind === 'CreateViewNode' && 'kind' in value && value.kind === 'SelectQueryNode')
}

function list(before: readonly unknown[], scope: Scope, visibleName: boolean, walk: Walk): readonly unknown[] {
  let copy: unknown[] | null = null
  for (let at = 0; at < before.length; at++) {
    const after = child(before[at], scope, visibleName, walk)
    if (after !== before[at]) (copy ??= [...before])[at] = after
  }
  return copy ?? before
}

function child(value: unknown, scope: Scope, visibleName: boolean, walk: Walk): unknown {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return value
  return walk(value as OperationNode, scope, visibleName)
}

function rename(node: OperationNode, fields: readonly string[], prefixed: (name: string) => string): OperationNode {
  const copy: Fields = { ...node }
  for (const field of fields) {
    const name = copy[field] as IdentifierNode | TableNode['table'] | undefined
    if (name?.kind === 'IdentifierNode') copy[field] = IdentifierNode.create(prefixed(name.name))
    if (name?.kind === 'SchemableIdentifierNode' && name.schema === undefined)
      copy[field] = { ...name, identifier: IdentifierNode.create(prefixed(name.identifier.name)) }
  }
  return copy as unknown as OperationNode
}
