import { defineErrors } from '@novakit/core'
import { describe, expect, test } from 'vitest'
import { checkErrors, errorRows, renderErrors } from './error-table.ts'
import { rules } from './rules.ts'
import type { Tree } from './tree.ts'

type Files = Readonly<Record<string, string>>

/** A package of the house as it should be. */
function room(name: string, dependencies: readonly string[] = [], doors: readonly string[] = ['.']): Files {
  const exports = doors.map((door) => {
    const file = `${door === '.' ? '' : door.slice(1)}/index`
    return [door, { 'novakit-source': `./src${file}.ts`, types: `./dist${file}.d.ts`, default: `./dist${file}.js` }]
  })
  const manifest = {
    name: `@novakit/${name}`,
    version: '0.1.0',
    description: 'A room of a toy house',
    license: 'Apache-2.0',
    type: 'module',
    sideEffects: false,
    engines: { node: '>=22.18' },
    files: ['dist', 'src', '!dist/tsc.tsbuildinfo'],
    exports: Object.fromEntries(exports),
    dependencies: Object.fromEntries(dependencies.map((each) => [`@novakit/${each}`, '0.1.0'])),
  }
  return {
    [`packages/${name}/README.md`]: `# ${name}`,
    [`packages/${name}/package.json`]: JSON.stringify(manifest),
    [`packages/${name}/tsconfig.json`]: references(dependencies, '../'),
    ...Object.fromEntries(doors.map((door) => [`packages/${name}/src${door.slice(1)}/index.ts`, 'export {}'])),
  }
}

function references(names: readonly string[], prefix: string): string {
  return JSON.stringify({ references: names.map((name) => ({ path: prefix + name })) })
}

const all = references(['core', 'placement', 'scheduler', 'driver-toy'], './packages/')
const house: Files = {
  'tsconfig.json': all,
  'tsconfig.test.json': all,
  ...room('core'),
  ...room('placement', ['core'], ['.', './candidates']),
  ...room('scheduler', ['core', 'placement']),
  ...room('driver-toy', ['core']),
  'packages/core/src/index.ts': `export * from './domain/unit.ts'\nexport * from './saga/saga.ts'\n`,
  'packages/core/src/domain/unit.ts': `export const day = new Date(86_400_000).toISOString()\n`,
  'packages/core/src/saga/saga.ts': `import { day } from '../domain/unit.ts'\nexport const saga = { day }\n`,
  'packages/scheduler/src/index.ts': `export * from '@novakit/core'\nexport * from '@novakit/placement/candidates'\n`,
}

function treeOf(files: Files): Tree {
  return Object.entries(files).map(([path, text]) => ({ path, text }))
}

/** What all rules together say of the toy house with these files put in its place. */
function verdicts(planted: Files): readonly string[] {
  const tree = treeOf({ ...house, ...planted })
  return Object.entries(rules).flatMap(([sentence, rule]) =>
    rule(tree).map(({ path, what }) => `${sentence} | ${path}: ${what}`),
  )
}

const core = 'packages/core/src'
const long = (lines: number): string => Array.from({ length: lines }, () => '  work()').join('\n')

/** Sentence of the rule → planted faults, each of which that rule alone must report. */
const faults: Readonly<Record<keyof typeof rules, Readonly<Record<string, Files>>>> = {
  'rooms are entered through declared doors, along drawn arrows': {
    'core knows a sibling': { [`${core}/a.ts`]: `import '@novakit/scheduler'`.replace("'@", "type {} from '@") },
    'a driver knows the scheduler': { 'packages/driver-toy/src/a.ts': `import type { A } from '@novakit/scheduler'` },
    'the scheduler knows all of placement': { 'packages/scheduler/src/a.ts': `export * from '@novakit/placement'` },
    'a door that is not declared': { 'packages/driver-toy/src/a.ts': `import type { A } from '@novakit/core/saga'` },
    'a path into another package': { 'packages/driver-toy/test/a.ts': `import { day } from '../../core/src/index.ts'` },
    'a package that is not declared': { [`${core}/a.ts`]: `import { z } from 'zod'` },
    'a package that imports itself by name': { [`${core}/domain/a.ts`]: `import { day } from '@novakit/core'` },
  },
  'every package has an arrow drawn for it': {
    'a room nobody has heard of': {
      ...room('attic'),
      'tsconfig.json': references(['core', 'placement', 'scheduler', 'driver-toy', 'attic'], './packages/'),
      'tsconfig.test.json': references(['core', 'placement', 'scheduler', 'driver-toy', 'attic'], './packages/'),
    },
  },
  'no floor of core knows a floor above it or a stranger beside it': {
    'domain knows a saga': { [`${core}/domain/a.ts`]: `import type { saga } from '../saga/saga.ts'` },
    'api knows the conductor': {
      [`${core}/api/a.ts`]: `import { b } from '../conductor/b.ts'`,
      [`${core}/conductor/b.ts`]: `export const b = 1`,
    },
    'the agent knows a type of storage': {
      [`${core}/compute/a.ts`]: `import type { B } from '../storage/b.ts'`,
      [`${core}/storage/b.ts`]: `export interface B {}`,
    },
    'somebody knows the conformance suites': { [`${core}/saga/a.ts`]: `import { b } from '../testing/b.ts'` },
  },
  'every folder of core stands on a floor': { 'a folder without a floor': { [`${core}/cellar/a.ts`]: `export {}` } },
  'the agent and the drivers load no database': {
    'the agent does, by way of a neighbour': {
      [`${core}/compute/a.ts`]: `import { b } from '../cells/b.ts'`,
      [`${core}/cells/b.ts`]: `export { DatabaseSync as b } from 'node:sqlite'`,
    },
  },
  'no module loads itself in a circle': {
    'two files load each other': {
      [`${core}/saga/a.ts`]: `import { b } from './b.ts'\nexport const a = () => b`,
      [`${core}/saga/b.ts`]: `import { a } from './a.ts'\nexport const b = () => a`,
    },
  },
  'pure rooms take values and return values': {
    'the time of day': { [`${core}/domain/a.ts`]: `export const now = () => Date.now()` },
    'a date without an argument': { [`${core}/domain/a.ts`]: `export const now = () => new Date()` },
    chance: { [`${core}/domain/a.ts`]: `export const dice = () => Math.random()` },
    'a timer': { [`${core}/domain/a.ts`]: `export const later = (f: () => void) => setTimeout(f, 1)` },
    'a timer as a default': { [`${core}/domain/a.ts`]: `export const a = (timer = setTimeout) => timer` },
    'a timer passed on': { [`${core}/domain/a.ts`]: `export const timer = { set: setInterval }` },
    'a built-in module': { [`${core}/domain/a.ts`]: `import { sep } from 'node:path'\nexport const s = sep` },
    'more of a built-in than its pure part': {
      [`${core}/domain/a.ts`]: `import { connect, isIP } from 'node:net'\nexport const b = [connect, isIP]`,
    },
    'the process': { [`${core}/domain/a.ts`]: `export const memory = () => process.memoryUsage()` },
    'the network': { [`${core}/domain/a.ts`]: `export const get = () => fetch('http://a')` },
    waiting: { [`${core}/domain/a.ts`]: `export async function a() {}` },
  },
  'time, chance, terminal and environment come in through ports': {
    'the time of day': { [`${core}/saga/a.ts`]: `export const now = () => Date.now()` },
    'an id of its own': { 'packages/placement/src/a.ts': `export const id = () => globalThis.crypto.randomUUID()` },
    'a timer under another name': {
      [`${core}/saga/a.ts`]: `export const sleep = () => globalThis.setTimeout(() => 1, 1)`,
    },
    'the environment': { [`${core}/saga/a.ts`]: `export const home = () => process.env['HOME']` },
    'the terminal': { [`${core}/saga/a.ts`]: `export const say = () => console.log('a')` },
  },
  'loading a module only declares': {
    'a call': { [`${core}/saga/a.ts`]: `start()` },
    'a loop': { [`${core}/saga/a.ts`]: `for (const a of [1]) export const b = a` },
    'waiting for something': { [`${core}/saga/a.ts`]: `export const a = await Promise.resolve(1)` },
    'a variable of the module': { [`${core}/saga/a.ts`]: `let count = 0\nexport const next = () => ++count` },
    'a registry of the module': { [`${core}/saga/a.ts`]: `export const registry = new Map<string, number>()` },
    'a static block': { [`${core}/saga/a.ts`]: `export class A { static { start() } }` },
  },
  'the container and its polyfill stay in the composition room': {
    'an import for its effect': { [`${core}/saga/a.ts`]: `import './saga.ts'` },
  },
  'importing a package does not load the container': {
    'the door leads to it at once': {
      [`${core}/index.ts`]: `export { a } from './compose/a.ts'`,
      [`${core}/compose/a.ts`]: `import { container } from 'tsyringe'\nexport const a = container`,
      'packages/core/package.json': (house['packages/core/package.json'] ?? '').replace(
        '"dependencies":{',
        '"dependencies":{"tsyringe":"4.10.0"',
      ),
    },
  },
  'no banned word stands in the tree': {
    'a path of a machine': { 'docs/a.md': 'see /home/me/notes.txt' },
    'the address of a registry': { 'docs/a.md': 'from https://registry.npmjs.org/zod' },
    'a promise without a reason': { [`${core}/saga/a.ts`]: '// TODO fix' },
    'a conflict': { 'docs/a.md': '<<<<<<< ours' },
    'a lonely test': { 'packages/core/test/a.test.ts': `test.only('a', () => {})` },
    'an error of any kind expected': { [`${core}/saga/a.ts`]: '// @ts-expect-error' },
  },
  'nothing silences the compiler or swallows a failure': {
    'as any': { [`${core}/saga/a.ts`]: `export const a = 1 as any` },
    'an empty catch': { [`${core}/saga/a.ts`]: `export function a() { try { b() } catch {} }` },
    'an empty .catch()': { [`${core}/saga/a.ts`]: `export const a = () => b().catch(() => {})` },
  },
  'a source file has at most 400 lines': { 'one line too many': { [`${core}/saga/a.ts`]: '// a\n'.repeat(401) } },
  'a function fits a screen, and a factory two': {
    'a function of 71 lines': { [`${core}/saga/a.ts`]: `export function a() {\n${long(69)}\n}` },
    'a factory of 141 lines': {
      [`${core}/saga/a.ts`]: `export function a() {\n${`const b = () => {\n${long(44)}\n}\n`.repeat(3)}\nreturn b }`,
    },
  },
  'files and folders are in kebab-case': {
    'a camel': { [`${core}/saga/sagaRunner.ts`]: 'export {}' },
    'an underscore in a folder': { [`${core}/saga/two_steps/a.ts`]: 'export {}' },
  },
  'each package is complete': {
    'a manifest without effects declared': {
      'packages/core/package.json': (house['packages/core/package.json'] ?? '').replace('"sideEffects":false,', ''),
    },
    'a package that the build does not know': room('http-toy'),
    'a dependency that the compiler is not told of': {
      'packages/scheduler/tsconfig.json': references(['core'], '../'),
    },
  },
  'errors are declared in errors.ts files': {
    'errors beside a function': { [`${core}/saga/a.ts`]: `export const sagaErrors = defineErrors('saga', {})` },
  },
}

test('a tree as it should be breaks no rule', () => expect(verdicts({})).toEqual([]))

test('a pure room may use the pure part of a built-in, and methods that only sound impure', () => {
  const file = `import { isIP } from 'node:net'
    import type { Stats } from 'node:fs'
    export const a = (b: { fetch(c: unknown): Stats; process: 1 }) => b.fetch(isIP('::1') + new Date(0).getTime())
    export const c = ({ process: d }: { process: typeof fetch }) => ({ fetch: d })`
  expect(verdicts({ [`${core}/domain/a.ts`]: file })).toEqual([])
})

test('every rule has a planted fault', () => expect(Object.keys(faults)).toEqual(Object.keys(rules)))

for (const [sentence, planted] of Object.entries(faults))
  describe(`"${sentence}" catches`, () => {
    test.for(Object.entries(planted))('%s', ([, files]) => {
      const said = verdicts(files)
      expect(said.length).toBeGreaterThan(0)
      expect(said.filter((line) => !line.startsWith(`${sentence} |`))).toEqual([])
    })
  })

describe('each package is complete, and misses', () => {
  test.for([
    ['README.md', 'the package has no README.md'],
    ['src/candidates/index.ts', './candidates leads to ./src/candidates/index.ts, which is missing'],
  ] as const)('%s', ([file, what]) => {
    const rest = treeOf(house).filter(({ path }) => path !== `packages/placement/${file}`)
    const said = rules['each package is complete']?.(rest).map((finding) => finding.what)
    expect(said).toEqual([what])
  })
})

describe('the table of errors', () => {
  const spec = { kind: 'invalid', help: 'never' } as const
  const rowsOf = (...exports: unknown[]) =>
    errorRows(exports.map((each, index) => ({ path: `${index}/errors.ts`, exports: { each } })))
  const checked = (...exports: unknown[]) => checkErrors(rowsOf(...exports)).map((finding) => finding.what)

  test('shows each fact by its name, also where the message computes with it', () => {
    const toy = defineErrors('toy', {
      broken: { ...spec, message: (d: { parts: string[] }) => `The ${d.parts.join(', ').toUpperCase()} broke.` },
    })
    expect(rowsOf(toy)).toMatchObject([{ code: 'toy.broken', kind: 'invalid', message: 'The {parts} broke.' }])
    expect(renderErrors(rowsOf(toy))).toContain('| `toy.broken` | invalid | never | The {parts} broke. |')
  })

  test('refuses a code that stands twice', () => {
    const toy = defineErrors('toy', { broken: { ...spec, message: () => 'It broke.' } })
    expect(checked(toy, toy)).toEqual(['toy.broken stands in 1/errors.ts too', 'toy.broken stands in 0/errors.ts too'])
  })

  test('refuses a code that is no noun and what', () => {
    expect(checked(defineErrors('toy', { isBroken: { ...spec, message: () => 'It broke.' } }))).toEqual([
      'toy.isBroken is no noun.what',
    ])
  })

  test('refuses a message that is no sentence', () => {
    expect(checked(defineErrors('toy', { broken: { ...spec, message: () => 'it broke' } }))).toEqual([
      'the message of toy.broken is no sentence: it broke',
    ])
  })
})
