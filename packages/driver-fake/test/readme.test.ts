import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { callNames, fakeDriver } from '../src/index.ts'
import { parseOptions } from '../src/parse-options.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const samples = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code ?? '')

/** The samples are plain JavaScript but for their imports, which are handed in. */
async function run(code: string): Promise<void> {
  const body = code.replaceAll(/^import (\{.*\}) from ('.*')$/gm, 'const $1 = await load($2)')
  const AsyncFunction = Object.getPrototypeOf(run).constructor as FunctionConstructor
  const load = (name: string): Promise<unknown> => import(/* @vite-ignore */ name)
  await (new AsyncFunction('load', 'console', body)(load, { log: () => undefined }) as Promise<void>)
}

describe('the README', () => {
  it.each(samples.map((code, index) => [index + 1, code] as const))('has a sample %i that runs', (_number, code) =>
    run(code),
  )

  it('has samples', () => {
    expect(samples).toHaveLength(4)
  })

  it('names knobs that exist', () => {
    const names = [...readme.matchAll(/^\| (`[^|]*`) \|/gm)].flatMap(([, cell]) =>
      cell!.replaceAll(/[` ]/g, '').split(','),
    )
    expect(names).toContain('latency')
    for (const name of names) expect(unknownKey(name), name).toBe(false)
  })

  it('names things of the world that exist', () => {
    const section = readme.slice(readme.indexOf('- Look:'), readme.indexOf('`violations` is what'))
    const names = [...section.matchAll(/`([a-zA-Z]+)(?:\(host\))?`/g)].map(([, name]) => name)
    expect(names.length).toBeGreaterThan(15)
    expect(Object.keys(fakeDriver().world)).toEqual(expect.arrayContaining(names))
    expect(callNames).toContain('spawn')
  })
})

function unknownKey(name: string): boolean {
  try {
    parseOptions({ [name]: undefined } as never)
    return false
  } catch (error) {
    return String(error).includes('Unrecognized key')
  }
}
