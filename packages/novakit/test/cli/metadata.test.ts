import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { withCompileCache } from '../support/compile-cache.ts'
import { tempFolder } from '../support/temp-folder.ts'

const main = path.join(import.meta.dirname, '../../src/cli/main.ts')
const server = '5b3f7a1e-6a0e-4f6c-9d51-3f0a9c1b2d3e'

async function files() {
  const folder = await tempFolder()
  const [input, secret] = [path.join(folder, 'servers.json'), path.join(folder, 'secret')]
  const nics = [{ mac: 'fa:16:3e:9c:bf:3d', fixedIps: [{ address: '127.0.0.1', prefix: 8 }] }]
  await writeFile(
    input,
    JSON.stringify([{ server, name: 'web', userData: '#!/bin/sh\n', nics }, { server: server.replace('5', '6') }]),
  )
  await writeFile(secret, 'a secret of thirty-two bytes or more\n')
  return { folder, input, secret }
}

/** Starts a verb and waits for the URL that it says it listens at. */
async function listening(...args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, ['--conditions=novakit-source', main, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: withCompileCache(),
  })
  onTestFinished(async () => {
    const closed = new Promise((resolve) => child.once('close', resolve))
    child.kill('SIGTERM')
    await closed
  })
  for await (const line of createInterface(child.stdout)) {
    const [, url] = /^listening on (.*)$/.exec(line) ?? []
    if (url !== undefined) return url
  }
  throw new Error('it ended before it listened')
}

async function ended(...args: readonly string[]): Promise<{ readonly code: unknown; readonly says: string }> {
  const child = spawn(process.execPath, ['--conditions=novakit-source', main, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: withCompileCache(),
  })
  let says = ''
  child.stderr.on('data', (chunk: Buffer) => (says += chunk.toString()))
  return { code: await new Promise((resolve) => child.once('close', resolve)), says }
}

test('a guest behind the proxy reads what the service has for it, and a stranger reads nothing', async () => {
  const { input, secret } = await files()
  const service = await listening('metadata', '--input', input, '--listen', '127.0.0.1:0', '--secret-file', secret)
  const proxy = await listening(
    'metadata-proxy',
    '--input',
    input,
    '--listen',
    '127.0.0.1:0',
    '--upstream',
    service,
    '--secret-file',
    secret,
  )
  const metaData = await fetch(`${proxy}/openstack/latest/meta_data.json`)
  expect([metaData.status, await metaData.json()]).toMatchObject([
    200,
    { uuid: server, name: 'web', hostname: 'web.novalocal' },
  ])
  expect(await (await fetch(`${proxy}/latest/user-data`)).text()).toBe('#!/bin/sh\n')
  expect((await fetch(`${service}/openstack/latest/meta_data.json`)).status).toBe(400)
})

test('a guest is known by its address where the service stands in its network', async () => {
  const { input } = await files()
  const service = await listening(
    'metadata',
    '--input',
    input,
    '--listen',
    '127.0.0.1:0',
    '--network',
    'network',
    '--domain',
    '',
  )
  expect(await (await fetch(`${service}/latest/meta-data/hostname`)).text()).toBe('web')
  const elsewhere = await listening('metadata', '--input', input, '--listen', '127.0.0.1:0', '--network', 'another')
  expect((await fetch(`${elsewhere}/latest/meta-data/hostname`)).status).toBe(404)
})

test('neither verb starts without a strong secret, or with a file that describes no server', async () => {
  const { folder, input, secret } = await files()
  const weak = path.join(folder, 'weak')
  await writeFile(weak, '\n')
  const at = ['--listen', '127.0.0.1:0'] as const
  expect(await ended('metadata', '--input', input, ...at, '--secret-file', weak)).toMatchObject({
    code: 1,
    says: expect.stringContaining('at least 32 bytes') as string,
  })
  expect(
    await ended('metadata-proxy', '--input', input, ...at, '--upstream', 'http://x', '--secret-file', weak),
  ).toMatchObject({ code: 1 })
  expect(await ended('metadata', '--input', input, ...at)).toMatchObject({
    code: 2,
    says: expect.stringContaining('--secret-file') as string,
  })
  const wrong = path.join(folder, 'wrong.json')
  await writeFile(wrong, '{"server": "x", "hostnam": "y"}')
  const { code, says } = await ended('metadata', '--input', wrong, ...at, '--secret-file', secret)
  expect([code, says]).toMatchObject([1, expect.stringContaining('describes no server')])
})
