import ts from 'typescript'
import { EXCUSED, PURE_BUILT_INS, PURE_ROOMS, SYSTEM_ROOMS } from './house.ts'
import { lineOf, nodesOf, parse } from './parse.ts'
import { sources, type Finding, type Rule, type TreeFile } from './tree.ts'

/** Time and chance: behind the Clock, Random and Ids ports, so that one seed replays a whole cloud. */
const TIME_AND_CHANCE = [
  'Date.now',
  'new Date()',
  'performance.now',
  'Math.random',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'randomUUID',
  'randomBytes',
  'randomInt',
  'getRandomValues',
  'node:timers',
  'node:timers/promises',
]

/** Ambient things that the host app owns: its terminal and its environment. */
const AMBIENT = ['console', 'process.env', 'process.argv', 'process.exit']

/** Anything outside, and anything that waits. */
const OUTSIDE = ['process', 'fetch', 'await', 'async', 'node:*', 'require']

/** A pure room takes values and returns values. */
export const pureRooms: Rule = (tree) =>
  sources(tree)
    .filter((file) => inside(file, PURE_ROOMS))
    .flatMap((file) => uses(file, [...TIME_AND_CHANCE, ...AMBIENT, ...OUTSIDE], 'in a pure room'))

/** Elsewhere, the machine's time, chance, terminal and environment come in through ports. */
export const ports: Rule = (tree) =>
  sources(tree)
    .filter((file) => !inside(file, PURE_ROOMS) && !inside(file, SYSTEM_ROOMS))
    .flatMap((file) => uses(file, [...TIME_AND_CHANCE, ...AMBIENT], 'outside of core/src/system'))

function inside(file: TreeFile, rooms: readonly string[]): boolean {
  return rooms.some((room) => file.path.startsWith(room))
}

function uses(file: TreeFile, banned: readonly string[], where: string): readonly Finding[] {
  return [...nodesOf(parse(file))].flatMap((node) =>
    wordsOf(node)
      .filter((word) => banned.includes(word) && !isExcused(file.path, word))
      .map((word) => ({ path: file.path, line: lineOf(node), what: `${word} ${where}` })),
  )
}

function isExcused(path: string, word: string): boolean {
  return EXCUSED.some((each) => each.path === path && each.word === word)
}

/** The words a node says of its own: globals, `global.member`, imported names and modules, `await` and `async`. */
function wordsOf(node: ts.Node): readonly string[] {
  if (ts.isImportDeclaration(node)) return importWords(node)
  if (ts.isImportSpecifier(node)) return [(node.propertyName ?? node.name).text]
  if (ts.isNewExpression(node)) return isBareDate(node) ? ['new Date()'] : []
  if (ts.isAwaitExpression(node)) return ['await']
  if (node.kind === ts.SyntaxKind.AsyncKeyword) return ['async']
  if (ts.isPropertyAccessExpression(node)) return memberWords(node.expression.getText(), node.name.text)
  if (ts.isIdentifier(node) && isReference(node)) return [node.text]
  return []
}

function importWords(node: ts.ImportDeclaration): readonly string[] {
  const { importClause: clause, moduleSpecifier } = node
  if (clause?.phaseModifier === ts.SyntaxKind.TypeKeyword || !ts.isStringLiteral(moduleSpecifier)) return []
  const from = moduleSpecifier.text
  const pure = PURE_BUILT_INS[from] ?? []
  const named = clause?.namedBindings
  const allPure =
    clause?.name === undefined &&
    named !== undefined &&
    ts.isNamedImports(named) &&
    named.elements.every((each) => pure.includes((each.propertyName ?? each.name).text))
  return from.startsWith('node:') && !allPure ? [from, 'node:*'] : [from]
}

/** `secrets.randomBytes` and `images.fetch` are somebody's own methods; these owners stand for the global or built-in. */
const OWNERS = /^(globalThis|(globalThis\.)?crypto|webcrypto)$/

function memberWords(owner: string, name: string): readonly string[] {
  return OWNERS.test(owner) ? [`${owner}.${name}`, name] : [`${owner}.${name}`]
}

function isBareDate(node: ts.NewExpression): boolean {
  return node.expression.getText() === 'Date' && (node.arguments?.length ?? 0) === 0
}

/** A use of a name for its value: not its declaration, not a member's name, not a type. */
function isReference(node: ts.Identifier): boolean {
  const { parent } = node
  if (ts.isTypeNode(parent) || ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent)) return false
  if ('propertyName' in parent && parent.propertyName === node) return false
  return ts.isShorthandPropertyAssignment(parent) || !('name' in parent && parent.name === node)
}
