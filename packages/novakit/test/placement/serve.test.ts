import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, describe, expect, onTestFinished, test } from 'vitest'

const program = path.join(import.meta.dirname, '../../src/cli/main.ts')
const running = new Set<ChildProcess>()

afterEach(() => {
  for (const child of running) child.kill('SIGKILL')
  running.clear()
})

function start(...options: readonly string[]) {
  const args = ['--conditions=novakit-source', program, 'placement', ...options]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  running.add(child)
  const ended = once(child, 'exit').then(([code]) => {
    running.delete(child)
    return code as number | null
  })
  return { child, ended }
}

/** The URL, once it answers, and what ends it. */
async function serving(...options: readonly string[]) {
  const { child, ended } = start('--port', '0', '--auth', 'noauth2', ...options)
  const [said] = (await once(child.stdout ?? child, 'data')) as [Buffer]
  const [, url = ''] = /^listening on (http:\/\/127\.0\.0\.1:\d+)\n$/.exec(String(said)) ?? []
  return { url, stop: () => (child.kill('SIGTERM'), ended) }
}

const headers = {
  'x-auth-token': 'admin',
  'openstack-api-version': 'placement 1.39',
  'content-type': 'application/json',
}

async function names(url: string): Promise<readonly string[]> {
  const response = await fetch(`${url}/resource_providers`, { headers })
  const { resource_providers: found } = (await response.json()) as { resource_providers: { name: string }[] }
  return found.map((each) => each.name)
}

const add = (url: string, name: string) =>
  fetch(`${url}/resource_providers`, { method: 'POST', headers, body: JSON.stringify({ name }) })

describe('novakit placement', { timeout: 60_000 }, () => {
  test('says where it listens once it answers, begins empty, and ends cleanly when told to', async () => {
    const server = await serving()
    expect(await names(server.url)).toEqual([])
    expect((await add(server.url, 'a')).status).toBe(200)
    expect(await server.stop()).toBe(0)
    await expect(fetch(server.url)).rejects.toThrow()
  })

  test('a database outlives it', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'novakit-placement-'))
    onTestFinished(() => rm(folder, { recursive: true, force: true }))
    const database = path.join(folder, 'placement.db')
    const first = await serving('--database', database)
    await add(first.url, 'a')
    await first.stop()
    const second = await serving('--database', database)
    expect(await names(second.url)).toEqual(['a'])
    await second.stop()
  })

  test('serves two processes of one database, and each sees at once what the other one wrote', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'novakit-placement-'))
    onTestFinished(() => rm(folder, { recursive: true, force: true }))
    const database = path.join(folder, 'placement.db')
    const servers = [await serving('--database', database), await serving('--database', database)]
    for (let n = 0; n < 6; n++) {
      const [writer, reader] = n % 2 === 0 ? servers : servers.toReversed()
      await add(writer?.url ?? '', `host${n}`)
      expect(await names(reader?.url ?? '')).toContain(`host${n}`)
    }
    for (const server of servers) await server.stop()
  })

  test('lets pages of an origin in, and takes a profile', async () => {
    const server = await serving('--cors', 'https://dashboard.example', '--profile', 'open')
    const answer = await fetch(`${server.url}/resource_providers`, {
      headers: { ...headers, 'x-auth-token': 'nobody', origin: 'https://dashboard.example' },
    })
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([
      200,
      'https://dashboard.example',
    ])
    await server.stop()
  })

  test.each([
    ['no port', ['--auth', 'noauth2']],
    ['no authentication', ['--port', '0']],
    ['a port that is none', ['--port', 'x', '--auth', 'noauth2']],
    ['an unknown profile', ['--port', '0', '--auth', 'noauth2', '--profile', 'loose']],
    ['an unknown option', ['--port', '0', '--auth', 'noauth2', '--colour', 'blue']],
  ])('with %s it says how to use it', async (_, options) => {
    expect(await start(...options).ended).toBe(2)
  })
})
