import ts from 'typescript'
import { LIMITS } from './house.ts'
import { lineOf, linesOf, nodesOf, parse } from './parse.ts'
import { sources, type Finding, type Rule, type TreeFile } from './tree.ts'

/** A file has one subject. */
export const sizeOfFiles: Rule = (tree) =>
  sources(tree).flatMap((file) => {
    const lines = file.text.split('\n').length - 1
    return lines <= LIMITS.linesOfFile ? [] : [{ path: file.path, line: 0, what: `${lines} lines` }]
  })

/**
 * A function fits a screen, not counting the functions in it; a factory, which is mostly functions, fits two.
 * Conformance suites are lists of cases and are not counted.
 */
export const sizeOfFunctions: Rule = (tree) =>
  sources(tree)
    .filter((file) => !file.path.includes('/testing/'))
    .flatMap((file) => [...nodesOf(parse(file))].filter(hasBody).flatMap((node) => tooLong(file, node)))

function hasBody(node: ts.Node): node is ts.FunctionLikeDeclaration {
  return ts.isFunctionLike(node) && 'body' in node && node.body !== undefined
}

function tooLong(file: TreeFile, node: ts.FunctionLikeDeclaration): readonly Finding[] {
  const all = linesOf(node)
  const own = all - inner(node).reduce((sum, each) => sum + linesOf(each) - 1, 0)
  const name = node.name?.getText() ?? 'a function'
  if (own <= LIMITS.linesOfFunction && all <= LIMITS.linesOfFactory) return []
  return [{ path: file.path, line: lineOf(node), what: `${name} has ${all} lines, ${own} of them its own` }]
}

/** The outermost functions within a function. */
function inner(node: ts.Node): readonly ts.Node[] {
  const found: ts.Node[] = []
  ts.forEachChild(node, (child) => void found.push(...(hasBody(child) ? [child] : inner(child))))
  return found
}

const CONVENTION = /^(README|LICENSE|CHANGELOG|ARCHITECTURE|SPECIFICATION|CONTRIBUTING|SECURITY)(\.md)?$/
const KEBAB = /^\.?[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*$/

/** Files and folders are in kebab-case. */
export const names: Rule = (tree) =>
  tree.flatMap((file) => {
    const wrong = file.path.split('/').find((part) => !KEBAB.test(part) && !CONVENTION.test(part))
    return wrong === undefined ? [] : [{ path: file.path, line: 0, what: `${wrong} is not kebab-case` }]
  })
