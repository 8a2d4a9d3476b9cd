import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { events, procedures } from '../src/rpc/index.ts'
import { describeLibvirtd, startLibvirtd, type Libvirtd } from './rpc/support/libvirtd.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const [client = '', xml = '', ...others] = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code ?? '')

/** The samples are plain JavaScript but for their imports, which are handed in. @returns what they show */
async function shownBy(code: string): Promise<readonly string[]> {
  const shown: string[] = []
  const body = code.replaceAll(/^import (\{.*\}) from ('.*')$/gm, 'const $1 = await load($2)')
  const AsyncFunction = Object.getPrototypeOf(shownBy).constructor as FunctionConstructor
  const load = (name: string): Promise<unknown> => import(/* @vite-ignore */ name)
  const log = (...words: unknown[]) => void shown.push(words.join(' '))
  await (new AsyncFunction('load', 'console', body)(load, { log }) as Promise<void>)
  return shown
}

describe('the README', () => {
  test('has two samples, and the one of XML runs', async () => {
    expect(others).toEqual([])
    expect(await shownBy(xml)).toEqual(['web has 524288 KiB'])
  })

  test('counts the calls and events that there are', () => {
    const counts = `${Object.keys(procedures).length} calls and ${Object.keys(events).length} events`
    expect(readme).toContain(counts)
  })
})

describeLibvirtd('the sample of the client in the README', () => {
  let daemon: Libvirtd
  beforeAll(async () => void (daemon = await startLibvirtd({ drivers: 'none' })), 60_000)
  afterAll(async () => daemon?.remove())

  test('runs', async () => {
    const shown = await shownBy(client.replace('qemu:///system', daemon.testUri))
    expect(shown[0]).toBe('test 1 2097152 KiB')
    expect(shown[1]).toMatch(/^image\/png \d+$/)
  })
})
