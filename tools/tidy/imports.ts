import ts from 'typescript'
import { lineOf, nodesOf, parse } from './parse.ts'
import type { TreeFile } from './tree.ts'

/** One import, re-export or `import()` of a file. */
export interface Import {
  readonly specifier: string
  /** `type`: gone after compiling. `bare`: for its effect alone. `later`: `import()`, loaded when it is reached. */
  readonly kind: 'value' | 'type' | 'bare' | 'later'
  readonly line: number
}

const known = new WeakMap<TreeFile, readonly Import[]>()

export function importsOf(file: TreeFile): readonly Import[] {
  const found = known.get(file) ?? [...find(file)]
  known.set(file, found)
  return found
}

function* find(file: TreeFile): Generator<Import> {
  for (const node of nodesOf(parse(file))) {
    const target = targetOf(node)
    if (target !== null) yield { ...target, line: lineOf(node) }
  }
}

function targetOf(node: ts.Node): Omit<Import, 'line'> | null {
  if (ts.isImportDeclaration(node)) return found(node.moduleSpecifier, kindOfImport(node))
  if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined)
    return found(node.moduleSpecifier, node.isTypeOnly ? 'type' : 'value')
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
    return found(node.arguments[0], 'later')
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) return found(node.argument.literal, 'type')
  return null
}

function kindOfImport(node: ts.ImportDeclaration): Import['kind'] {
  if (node.importClause === undefined) return 'bare'
  return node.importClause.phaseModifier === ts.SyntaxKind.TypeKeyword ? 'type' : 'value'
}

function found(specifier: ts.Node | undefined, kind: Import['kind']): Omit<Import, 'line'> | null {
  return specifier !== undefined && ts.isStringLiteralLike(specifier) ? { specifier: specifier.text, kind } : null
}
