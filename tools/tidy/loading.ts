import ts from 'typescript'
import { CONTAINER, PROGRAMS } from './house.ts'
import { importsOf } from './imports.ts'
import { lineOf, parse } from './parse.ts'
import { fileOf, packageTarget, roomsOf } from './rooms.ts'
import { sources, type Finding, type Rule, type Tree, type TreeFile } from './tree.ts'

/** Loading a module does nothing but declare: nothing runs, nothing is kept that two clouds would share. */
export const loadingDeclares: Rule = (tree) =>
  modules(tree).flatMap((file) =>
    parse(file).statements.flatMap((statement) => {
      const wrong = effectOf(statement)
      return wrong === null ? [] : [{ path: file.path, line: lineOf(statement), what: wrong }]
    }),
  )

function modules(tree: Tree): Tree {
  return sources(tree).filter((file) => !PROGRAMS.test(file.path))
}

function effectOf(statement: ts.Statement): string | null {
  if (ts.isVariableStatement(statement)) return effectOfVariables(statement)
  if (ts.isClassDeclaration(statement) && statement.members.some(ts.isClassStaticBlockDeclaration))
    return 'a static block runs on import'
  const declares =
    ts.isImportDeclaration(statement) ||
    ts.isExportDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement) ||
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isModuleDeclaration(statement)
  return declares ? null : `runs on import: ${firstLine(statement)}`
}

function effectOfVariables(statement: ts.VariableStatement): string | null {
  const { declarationList } = statement
  if ((declarationList.flags & ts.NodeFlags.Const) === 0 && !isAmbient(statement))
    return `a variable of the module, shared by all clouds: ${firstLine(statement)}`
  for (const { initializer } of declarationList.declarations) {
    if (initializer === undefined) continue
    if (awaits(initializer)) return `waits on import: ${firstLine(statement)}`
    if (isEmptyCollection(initializer)) return `a store of the module, shared by all clouds: ${firstLine(statement)}`
  }
  return null
}

function isAmbient(statement: ts.VariableStatement): boolean {
  return statement.modifiers?.some((modifier) => modifier.kind === ts.SyntaxKind.DeclareKeyword) ?? false
}

function awaits(node: ts.Node): boolean {
  if (ts.isAwaitExpression(node)) return true
  return ts.isFunctionLike(node) ? false : (ts.forEachChild(node, (child) => awaits(child) || undefined) ?? false)
}

/** `new Map()` at the top of a module can only be there to be filled. Weak ones forget by themselves. */
function isEmptyCollection(node: ts.Expression): boolean {
  return (
    ts.isNewExpression(node) && /^(Map|Set)$/.test(node.expression.getText()) && (node.arguments?.length ?? 0) === 0
  )
}

function firstLine(node: ts.Node): string {
  return node.getText().split('\n')[0]?.slice(0, 60) ?? ''
}

/** The container and its Reflect polyfill live in one room, and nothing else is imported for its effect alone. */
export const container: Rule = (tree) =>
  sources(tree).flatMap((file) =>
    importsOf(file).flatMap(({ specifier, kind, line }): readonly Finding[] => {
      const ofContainer = CONTAINER.modules.includes(packageTarget(specifier)?.name ?? '')
      const atHome = file.path.startsWith(CONTAINER.room)
      if (ofContainer && !atHome) return [{ path: file.path, line, what: `${specifier} outside of ${CONTAINER.room}` }]
      if (kind === 'bare' && !ofContainer)
        return [{ path: file.path, line, what: `imports ${specifier} for its effect` }]
      return []
    }),
  )

/** Importing a package does not load the container: that waits until a cloud is created. */
export const containerComesLater: Rule = (tree) => {
  const rooms = roomsOf(tree)
  const byPath = new Map(tree.map((file) => [file.path, file]))
  return [...rooms.values()].flatMap((room) =>
    [...room.doors.values()].flatMap((door) => {
      const file = byPath.get(door)
      const chain = file === undefined ? null : chainToContainer(file, byPath, rooms, new Set())
      return chain === null ? [] : [{ path: door, line: 0, what: `loads the container: ${chain.join(' → ')}` }]
    }),
  )
}

function chainToContainer(
  file: TreeFile,
  byPath: ReadonlyMap<string, TreeFile>,
  rooms: ReturnType<typeof roomsOf>,
  seen: Set<string>,
): readonly string[] | null {
  seen.add(file.path)
  for (const entry of importsOf(file)) {
    if (entry.kind === 'type' || entry.kind === 'later') continue
    if (CONTAINER.modules.includes(packageTarget(entry.specifier)?.name ?? '')) return [file.path, entry.specifier]
    const next = byPath.get(fileOf(file.path, entry, rooms) ?? '')
    if (next === undefined || seen.has(next.path)) continue
    const rest = chainToContainer(next, byPath, rooms, seen)
    if (rest !== null) return [file.path, ...rest]
  }
  return null
}
