import ts from 'typescript'
import { lineOf, nodesOf, parse } from './parse.ts'
import { typescript, type Finding, type Rule, type TreeFile } from './tree.ts'

interface Word {
  readonly pattern: RegExp
  readonly why: string
}

/** In every text file. */
const NOWHERE: readonly Word[] = [
  { pattern: /(?<![\w.])\/(work|root|Users|home)\/[\w.]/, why: 'a path of somebody’s machine' },
  { pattern: /[A-Z]:\\Users\\/, why: 'a path of somebody’s machine' },
  {
    pattern: /\b(registry\.(npmjs|yarnpkg)\.|registry\.npmmirror\.|deb\.debian\.org|npm\.pkg\.github)/,
    why: 'the address of a package registry',
  },
  { pattern: /^(<{7}|>{7}) /, why: 'a conflict left unresolved' },
  { pattern: /\b(TODO|FIXME|XXX|HACK)\b(?!: \S+( \S+){2})/, why: 'a promise without a reason: `TODO: what and why`' },
]

/** In TypeScript. */
const NOT_IN_CODE: readonly Word[] = [
  { pattern: /\b(it|test|describe|suite)(\.\w+)*\.only\(/, why: 'leaves the rest of the suite out' },
  { pattern: /@ts-(ignore|nocheck)/, why: 'hides whatever error comes' },
  { pattern: /@ts-expect-error(?!:? \S+( \S+){2})/, why: 'expects an error without saying which' },
  { pattern: /(?<!\.)\bdebugger\b/, why: 'left from a search for a fault' },
]

/** Its patterns and planted faults are those very words. */
const ABOUT_WORDS = /^tools\/tidy\/(words|planted\.test)\.ts$/

/** Words that must not stand in the tree. */
export const words: Rule = (tree) =>
  tree
    .filter((file) => !ABOUT_WORDS.test(file.path))
    .flatMap((file) => {
      const banned = file.path.endsWith('.ts') ? [...NOWHERE, ...NOT_IN_CODE] : NOWHERE
      return file.text
        .split('\n')
        .flatMap((text, index) =>
          banned
            .filter(({ pattern }) => pattern.test(text))
            .map(({ why }) => ({ path: file.path, line: index + 1, what: `${why}: ${text.trim().slice(0, 80)}` })),
        )
    })

/** Constructs that silence the compiler or swallow a failure. */
export const silencers: Rule = (tree) =>
  typescript(tree).flatMap((file) => [...nodesOf(parse(file))].flatMap((node) => silencer(file, node)))

function silencer(file: TreeFile, node: ts.Node): readonly Finding[] {
  const found = (what: string) => [{ path: file.path, line: lineOf(node), what }]
  if (ts.isAsExpression(node) && node.type.kind === ts.SyntaxKind.AnyKeyword) return found('`as any`')
  if (ts.isCatchClause(node) && isSilent(node.block)) return found('a catch that says nothing')
  if (isSilentHandler(node)) return found('a .catch() that says nothing')
  return []
}

/** `.catch(() => {})`. Write `() => undefined` where nothing is what you mean. */
function isSilentHandler(node: ts.Node): boolean {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return false
  const [handler] = node.arguments
  return (
    node.expression.name.text === 'catch' &&
    handler !== undefined &&
    ts.isArrowFunction(handler) &&
    ts.isBlock(handler.body) &&
    isSilent(handler.body)
  )
}

/** No statement, and no comment that says why there is none. */
function isSilent(block: ts.Block): boolean {
  return block.statements.length === 0 && !/\/[/*]/.test(block.getText())
}
