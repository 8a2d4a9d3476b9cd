import { pathToFileURL } from 'node:url'
import path from 'node:path'
import type { ErrorFactory, ErrorKind, Help } from '@novakit/core'
import ts from 'typescript'
import { lineOf, nodesOf, parse } from './parse.ts'
import { sources, type Finding, type Rule, type Tree } from './tree.ts'

/** One public error code and what stands with it. */
export interface ErrorRow {
  readonly path: string
  readonly code: string
  readonly kind: ErrorKind
  readonly help: Help
  /** Each fact shown as `{name}`. */
  readonly message: string
}

/** A loaded `errors.ts`. */
export interface ErrorModule {
  readonly path: string
  readonly exports: Readonly<Record<string, unknown>>
}

/** Loads every `errors.ts` of the tree. */
export async function loadErrors(root: string, tree: Tree): Promise<readonly ErrorModule[]> {
  const files = sources(tree).filter((file) => file.path.endsWith('/errors.ts'))
  return Promise.all(
    files.map(async (file) => ({
      path: file.path,
      exports: (await import(pathToFileURL(path.join(root, file.path)).href)) as Record<string, unknown>,
    })),
  )
}

/** Every code, in the order of the alphabet. */
export function errorRows(modules: readonly ErrorModule[]): readonly ErrorRow[] {
  return modules
    .flatMap((module) =>
      Object.values(module.exports)
        .flatMap(factoriesIn)
        .map((factory) => rowOf(module.path, factory)),
    )
    .toSorted((a, b) => (a.code < b.code ? -1 : 1))
}

function factoriesIn(exported: unknown): readonly ErrorFactory<unknown>[] {
  if (typeof exported !== 'object' || exported === null) return []
  return Object.values(exported).filter((value) => typeof value === 'function' && 'code' in value)
}

function rowOf(file: string, factory: ErrorFactory<unknown>): ErrorRow {
  const { code, kind, help } = factory
  return { path: file, code, kind, help, message: factory(placeholders).message }
}

/** Facts whose every field reads as its own name in braces, whatever is asked of it. */
const placeholders: unknown = new Proxy({}, { get: (_, name) => placeholder(`{${String(name)}}`) })

function placeholder(text: string): unknown {
  return new Proxy(() => text, {
    get: (_, name) => (name === Symbol.toPrimitive ? () => text : placeholder(text)),
    apply: () => placeholder(text),
  })
}

/** Codes are unique and well formed, and a message is a sentence. */
export function checkErrors(rows: readonly ErrorRow[]): readonly Finding[] {
  return rows.flatMap((row) => {
    const wrong: string[] = []
    const twin = rows.find((other) => other.code === row.code && other !== row)
    if (twin !== undefined) wrong.push(`${row.code} stands in ${twin.path} too`)
    if (!/^[a-z0-9_]+\.[a-z0-9_]+$/.test(row.code)) wrong.push(`${row.code} is no noun.what`)
    if (!/^[A-Z{].*[.}]$/s.test(row.message)) wrong.push(`the message of ${row.code} is no sentence: ${row.message}`)
    return wrong.map((what) => ({ path: row.path, line: 0, what }))
  })
}

/** Errors are declared beside their noun, in files that `loadErrors` finds. */
export const errorsInTheirFiles: Rule = (tree) =>
  sources(tree)
    .filter((file) => !file.path.endsWith('/errors.ts'))
    .flatMap((file) =>
      [...nodesOf(parse(file))]
        .filter((node) => ts.isCallExpression(node) && node.expression.getText() === 'defineErrors')
        .map((node) => ({ path: file.path, line: lineOf(node), what: 'defineErrors outside of an errors.ts' })),
    )

/** docs/errors.md. */
export function renderErrors(rows: readonly ErrorRow[]): string {
  const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')
  const lines = rows.map((row) => `| \`${row.code}\` | ${row.kind} | ${row.help} | ${cell(row.message)} |`)
  return [
    '# Errors',
    '',
    'Every error of novakit carries a permanent `code`; once released, a code keeps its meaning. `kind` is what an HTTP',
    'face turns into a status. `help` says what trying again would bring: `never`, the `same` call again, the call',
    '`elsewhere` (on another host), or `later`. The message is meant for the tenant. `npm run docs:errors` writes this',
    'page from the `errors.ts` files, and a test compares.',
    '',
    '| code | kind | help | message |',
    '|---|---|---|---|',
    ...lines,
    '',
  ].join('\n')
}
