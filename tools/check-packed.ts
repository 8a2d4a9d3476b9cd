// Packs every package, unpacks them into an empty folder beside nothing but the dependencies they declare, and uses
// them there as a host app would: every door is loaded and type-checked, and the programs in README.md and the demo run.
// Needs `npm run build`.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

interface Manifest {
  readonly name: string
  readonly exports: Readonly<Record<string, unknown>>
  readonly bin?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

const root = path.dirname(import.meta.dirname)
const folders = readdirSync(path.join(root, 'packages')).map((name) => path.join(root, 'packages', name))
const manifests = folders.map((folder) => readJson(path.join(folder, 'package.json')))

function readJson(file: string): Manifest {
  return JSON.parse(readFileSync(file, 'utf8')) as Manifest
}

function install(host: string): void {
  const tarballs = path.join(host, 'tarballs')
  mkdirSync(tarballs)
  execFileSync('npm', ['pack', '--silent', '--pack-destination', tarballs, ...folders], { cwd: root })
  for (const tarball of readdirSync(tarballs)) {
    const unpacked = mkdtempSync(path.join(host, 'unpacked-'))
    execFileSync('tar', ['-xzf', path.join(tarballs, tarball), '-C', unpacked])
    link(host, readJson(path.join(unpacked, 'package/package.json')).name, path.join(unpacked, 'package'))
  }
  const declared = manifests.flatMap((each) => Object.keys({ ...each.dependencies, ...each.peerDependencies }))
  const foreign = new Set(declared.filter((name) => !manifests.some((each) => each.name === name)))
  for (const name of [...foreign, '@types/node']) link(host, name, path.join(root, 'node_modules', name))
}

function link(host: string, name: string, target: string): void {
  const place = path.join(host, 'node_modules', name)
  mkdirSync(path.dirname(place), { recursive: true })
  symlinkSync(target, place)
}

/** Import specifiers of all doors. */
function doors(): readonly string[] {
  return manifests.flatMap((each) =>
    Object.keys(each.exports)
      .filter((door) => !door.endsWith('.json'))
      .map((door) => path.posix.join(each.name, door)),
  )
}

/** These keep bookkeeping of their own in globals. */
const FOREIGN = ['zod', 'vitest', 'node:http']

/** Loading a door leaves no global, no timer and no output behind. */
function checkLoads(host: string, door: string): string | null {
  const program = `
    const globals = () => [...Reflect.ownKeys(globalThis), ...Reflect.ownKeys(Reflect)].map(String)
    for (const foreign of ${JSON.stringify(FOREIGN)}) await import(foreign)
    const before = globals()
    await import(${JSON.stringify(door)})
    const added = globals().filter((name) => !before.includes(name))
    console.log(JSON.stringify([added, process.getActiveResourcesInfo().filter((each) => !/Pipe|TTY/.test(each))]))`
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', program], runIn(host))
  if (run.signal !== null) return 'is imported, and then the program does not end'
  if (run.status !== 0) return `cannot be imported: ${run.stderr}`
  return run.stdout.trim() === '[[],[]]' ? null : `does something when imported: ${run.stdout}`
}

function checkTypes(host: string, programs: readonly string[]): string | null {
  const imports = doors().map((door, index) => `export * as door${index} from '${door}'`)
  writeFileSync(path.join(host, 'doors.ts'), imports.join('\n'))
  const compilerOptions = {
    module: 'nodenext',
    target: 'es2024',
    lib: ['es2024', 'esnext.disposable'],
    types: ['node'],
    strict: true,
    noEmit: true,
    allowImportingTsExtensions: true,
  }
  writeFileSync(path.join(host, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['doors.ts', ...programs] }))
  const run = spawnSync(path.join(root, 'node_modules/.bin/tsc'), ['-p', '.'], runIn(host))
  return run.status === 0 ? null : `does not type-check:\n${run.stdout}`
}

/** The TypeScript blocks of README.md that begin with an import are whole programs. */
function writePrograms(host: string): readonly string[] {
  const readme = readFileSync(path.join(root, 'README.md'), 'utf8')
  return [...readme.matchAll(/^```ts\n(import [^]*?)^```/gm)].map((match, index) => {
    writeFileSync(path.join(host, `readme-${index + 1}.ts`), match[1] ?? '')
    return `readme-${index + 1}.ts`
  })
}

/** What each program does at its shortest. */
const errands: Readonly<Record<string, readonly string[]>> = {
  novakit: ['demo', '--json'],
  'novakit-lab': ['demo', '--seeds', '1'],
  'novakit-simulate': ['--seeds', '1'],
}

/** The programs of the packages where they lie once installed, with what they are to do. */
function commands(): readonly (readonly string[])[] {
  return manifests.flatMap((each) =>
    Object.entries(each.bin ?? {}).map(([name, target]) => {
      return [path.posix.join('node_modules', each.name, target), ...(errands[name] ?? ['--help'])]
    }),
  )
}

/** Of what a program that failed has said. */
const LONGEST = 5000

function checkRuns(host: string, ...words: readonly string[]): string | null {
  const run = spawnSync(process.execPath, words, runIn(host))
  const said = `${run.stdout}${run.stderr}`.slice(-LONGEST)
  return run.status === 0 ? null : `does not run to its end: ${run.signal ?? ''}${said}`
}

function runIn(cwd: string): { cwd: string; encoding: 'utf8'; timeout: number } {
  return { cwd, encoding: 'utf8', timeout: 60_000 }
}

const host = mkdtempSync(path.join(tmpdir(), 'novakit-packed-'))
writeFileSync(path.join(host, 'package.json'), JSON.stringify({ type: 'module', private: true }))
try {
  install(host)
  const programs = writePrograms(host)
  const verdicts: readonly (readonly [string, string | null])[] = [
    ...doors().map((door) => [door, checkLoads(host, door)] as const),
    ['a host app in TypeScript', checkTypes(host, programs)],
    ...programs.map((program) => [program, checkRuns(host, program)] as const),
    ...commands().map((words) => [words.join(' '), checkRuns(host, ...words)] as const),
  ]
  for (const [subject, wrong] of verdicts) console.log(`${wrong === null ? 'ok' : 'NOT OK'} ${subject} ${wrong ?? ''}`)
  const failed = verdicts.filter(([, wrong]) => wrong !== null).length
  console.log(`${verdicts.length - failed} passed, ${failed} failed, 0 skipped`)
  process.exitCode = failed === 0 ? 0 : 1
} finally {
  rmSync(host, { recursive: true, force: true })
}
