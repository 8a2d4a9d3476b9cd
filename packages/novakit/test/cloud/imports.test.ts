import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { runScript } from '../support/run-script.ts'

const packages = path.join(import.meta.dirname, '../../..')

/** Every door of every package: `@novakit/core`, `@novakit/core/testing`, … */
function doors(): readonly string[] {
  return readdirSync(packages).flatMap((folder) => {
    const text = readFileSync(path.join(packages, folder, 'package.json'), 'utf8')
    const { name, exports } = JSON.parse(text) as { name: string; exports: Record<string, unknown> }
    return Object.keys(exports)
      .filter((door) => door !== './package.json')
      .map((door) => path.posix.join(name, door))
  })
}

/** Suites are written with vitest, which runs only under its own command. */
const inVitest = (door: string): boolean => door.endsWith('/testing')

test('importing every package has no effect: nothing printed, read, awaited, or added to what all share', async () => {
  const names = doors().filter((door) => !inVitest(door))
  expect(names).toEqual(expect.arrayContaining(['novakit', '@novakit/core', '@novakit/driver-fake', '@novakit/sim']))
  const script = `
    import process from 'node:process'
    // Zod keeps two registries of its own in globals, and node:http brings a dispatcher.
    import 'zod'
    import 'node:http'
    const builtIns = [Object, Array, Map, Set, Promise, Function, Error, String, Number, Reflect, Symbol, JSON, Math]
    const shared = () => new Set([
      ...[globalThis, ...builtIns, ...builtIns.map((one) => one.prototype ?? {})].flatMap((holder, index) =>
        Reflect.ownKeys(holder).map((key) => index + ' ' + String(key))),
      ...process.eventNames().map((name) => 'listeners of ' + String(name) + ' ' + process.listenerCount(name)),
      ...process.getActiveResourcesInfo().filter((name) => !name.endsWith('Wrap')),
      'folder ' + process.cwd(),
    ])
    const read = new Set()
    const note = (key) => { if (new Error().stack.includes('/src/')) read.add(String(key)) }
    process.env = new Proxy(process.env, {
      get: (env, key) => (note(key), env[key]),
      has: (env, key) => (note(key), key in env),
      ownKeys: (env) => (note('everything'), Reflect.ownKeys(env)),
    })
    const before = shared()
    for (const door of ${JSON.stringify(names)}) {
      await import(door)
      const added = [...shared()].filter((one) => !before.has(one))
      if (added.length > 0) console.log(door, 'adds', added.join())
      if (read.size > 0) console.log(door, 'reads', [...read].join())
      read.clear()
    }
    const imported = performance.now()
    process.on('exit', () => console.log(performance.now() - imported < 500 ? 'done' : 'something was waited for'))`
  const { code, stdout, stderr } = await runScript(script, 25_000)
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'done\n', stderr: '' })
})

/** Door → the folders and foreign packages that it may load. */
const light: Readonly<Record<string, readonly string[]>> = {
  '@novakit/core/vocabulary': ['core/domain', 'core/ports', 'core/system'],
  '@novakit/metadata/image': ['core/domain', 'core/ports', 'core/system', 'metadata/image'],
  '@novakit/driver-libvirt/client': ['core/domain', 'core/ports', 'core/system', 'driver-libvirt/rpc'],
}

test.each(Object.entries(light))('%s loads nothing but what it needs', async (door, expected) => {
  const { stdout, stderr } = await runScript(`
    import { registerHooks } from 'node:module'
    const loaded = new Set()
    registerHooks({
      load: (url, context, next) => {
        const inside = /\\/packages\\/([^/]+)\\/src\\/(?:([^/]+)\\/)?/.exec(url)
        if (inside !== null && inside[2] !== undefined) loaded.add(inside[1] + '/' + inside[2])
        if (url.includes('/node_modules/')) loaded.add(url.split('/node_modules/').at(-1).split('/')[0])
        return next(url, context)
      },
    })
    await import(${JSON.stringify(door)})
    console.log(JSON.stringify([...loaded].toSorted()))`)
  expect({ loaded: JSON.parse(stdout) as unknown, stderr }).toEqual({ loaded: expected, stderr: '' })
})
