import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

it('the sample of the README runs, and says what it claims', async () => {
  const [, code = ''] = /```ts\n([\s\S]*?)```/.exec(readme) ?? []
  const body = code.replaceAll(/^import (\{.*\}) from '@novakit\/metadata'$/gm, 'const $1 = metadata')
  const AsyncFunction = Object.getPrototypeOf(async () => undefined).constructor as FunctionConstructor
  const said: unknown[] = []
  const run = new AsyncFunction('metadata', 'console', body) as (...args: unknown[]) => Promise<void>
  await run(await import('../src/index.ts'), { log: (value: unknown) => said.push(value) })
  expect(said[0]).toContain('openstack/latest/meta_data.json')
  expect(said[1]).toBe('web.novalocal')
})
