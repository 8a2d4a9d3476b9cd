import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { millis, problemOf } from '@novakit/core'
import { reachable } from '../../src/vendor-data/forbidden-networks.ts'
import { guardedFetch, type GuardedFetchOptions, type GuardedRequest } from '../../src/vendor-data/guarded-fetch.ts'

const LOOPBACK = ['127.0.0.0/8']
const ends: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

type Answer = (request: IncomingMessage, response: ServerResponse) => void

async function listening(answer: Answer): Promise<{ readonly port: number; readonly asked: string[] }> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.headers.host} ${request.url}`)
    answer(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  ends.push(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return { port: (server.address() as AddressInfo).port, asked }
}

/** What whoever gave the URL may learn of a failure. */
async function failure(url: string, options: GuardedFetchOptions = {}): Promise<unknown> {
  const { code, kind, message } = await guardedFetch(options)({ url, method: 'GET' }).then(
    () => expect.unreachable('it was fetched'),
    (error: unknown) => problemOf(error),
  )
  return { code, kind, message }
}

const theOneFailure = {
  code: 'vendor_data.unavailable',
  kind: 'unavailable',
  message: 'A service that says something of every server does not answer. Ask again later.',
}

describe('an address', () => {
  it.each([
    '127.0.0.1',
    '127.9.9.9',
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '::7f00:1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    '2001::1',
    'fc00::1',
    'fd12::1',
    'fe80::1',
    'fe80::a9fe:a9fe',
    'ff02::1',
    'localhost',
    '',
  ])('S-SSRF-2: %j is not reached', (address) => {
    expect(reachable([])(address)).toBe(false)
  })

  it.each(['8.8.8.8', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '2001:4860:4860::8888'])(
    '%s is reached',
    (address) => {
      expect(reachable([])(address)).toBe(true)
    },
  )

  it('of a private network is reached where the operator allows it, and its neighbours are not', () => {
    const allowed = reachable(['10.20.0.0/16', '::1'])
    expect(['10.20.3.4', '::1', '10.21.0.1', '::2'].map(allowed)).toEqual([true, true, false, false])
    expect(() => reachable(['10.20.0.0/99'])).toThrow(expect.objectContaining({ code: 'vendor_data.invalid_target' }))
  })
})

describe('a guarded fetch', () => {
  it('asks once, by the name that it was given, with what it is to say', async () => {
    const { port, asked } = await listening((request, response) => request.pipe(response))
    const fetch = guardedFetch({ allowNetworks: LOOPBACK, resolve: async () => ['127.0.0.1'] })
    const body = await fetch({ url: `http://vendor.example:${port}/path?q`, method: 'POST', body: '{"a":1}' })
    expect(Buffer.from(body).toString()).toBe('{"a":1}')
    expect(asked).toEqual([`POST vendor.example:${port} /path?q`])
  })

  it.each([
    'file:///etc/passwd',
    'FILE:///etc/passwd',
    ' file:///etc/passwd',
    'data:text/plain,x',
    'ftp://example.org/',
    'gopher://example.org/',
    'http://user:password@example.org/',
    'http://user@example.org/',
    'javascript:1',
    '',
    'example.org',
  ])('S-SSRF-1: does not go to %j, and asks no resolver', async (url) => {
    expect(await failure(url, { resolve: () => expect.unreachable() })).toEqual(theOneFailure)
  })

  it.each([
    'http://127.0.0.1',
    'http://2130706433',
    'http://0x7f000001',
    'http://0177.0.0.1',
    'http://127.1',
    'http://[::1]',
    'http://[::ffff:127.0.0.1]',
    'http://169.254.169.254',
    'http://0',
    'http://localhost',
  ])('S-SSRF-2: does not reach this machine as %s', async (base) => {
    const { port, asked } = await listening((_, response) => response.end('inside'))
    expect(await failure(`${base}:${port}/`)).toEqual(theOneFailure)
    expect(asked).toEqual([])
  })

  it('S-SSRF-2: does not follow a redirect, to wherever', async () => {
    const inside = await listening((_, response) => response.end('inside'))
    for (const status of [301, 302, 303, 307, 308]) {
      const outside = await listening((_, response) =>
        response.writeHead(status, { location: `http://127.0.0.1:${inside.port}/` }).end(),
      )
      expect(await failure(`http://127.0.0.1:${outside.port}/`, { allowNetworks: LOOPBACK })).toEqual(theOneFailure)
    }
    expect(inside.asked).toEqual([])
  })

  it('S-SSRF-3: a token for one service reaches no other', async () => {
    const other = await listening((_, response) => response.end('{}'))
    const { port, asked } = await listening((_, response) =>
      response.writeHead(307, { location: `http://127.0.0.1:${other.port}/` }).end(),
    )
    const request = { url: `http://127.0.0.1:${port}/`, method: 'POST', headers: { 'x-auth-token': 't' }, body: '{}' }
    await expect(guardedFetch({ allowNetworks: LOOPBACK })(request as GuardedRequest)).rejects.toThrow()
    expect([asked.length, other.asked]).toEqual([1, []])
    expect(await failure(`http://user:pass@127.0.0.1:${port}/`, { allowNetworks: LOOPBACK })).toEqual(theOneFailure)
    expect(asked).toHaveLength(1)
  })

  it('S-SSRF-2: connects to the address that was checked, though the name changes its mind', async () => {
    const { port, asked } = await listening((_, response) => response.end('rebound'))
    const answers = [['127.0.0.2'], ['127.0.0.1']]
    let resolved = 0
    const resolve = async () => answers[Math.min(resolved++, 1)]!
    // Only what is checked first may be reached; a second question would lead to the server that listens.
    const options = { allowNetworks: ['127.0.0.2'], resolve, timeout: millis(500) }
    expect(await failure(`http://rebind.example:${port}/`, options)).toEqual(theOneFailure)
    expect([resolved, asked]).toEqual([1, []])
  })

  it('S-SSRF-2: does not go to a name that has one address inside among those outside', async () => {
    const resolve = async () => ['203.0.114.7', '127.0.0.1']
    expect(await failure('http://mixed.example/', { resolve })).toEqual(theOneFailure)
    expect(await failure('http://nowhere.example/', { resolve: async () => [] })).toEqual(theOneFailure)
  })

  it('S-SSRF-4: tells open, closed, silent, talkative and broken servers apart to nobody', async () => {
    const open = await listening((_, response) => response.writeHead(500).end('stack trace'))
    const silent = await listening(() => undefined)
    const slow = await listening((_, response) => void response.write('x'))
    const talkative = await listening((_, response) => response.end('x'.repeat(70_000)))
    const packed = await listening((_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('x'))
    const closed = await listening((_, response) => response.end())
    await ends.pop()!()
    for (const { port } of [open, silent, slow, talkative, packed, closed]) {
      const options = { allowNetworks: LOOPBACK, timeout: millis(200) }
      expect(await failure(`http://127.0.0.1:${port}/`, options)).toEqual(theOneFailure)
    }
    const never = () => new Promise<readonly string[]>(() => undefined)
    expect(await failure('http://slow.example/', { resolve: never, timeout: millis(20) })).toEqual(theOneFailure)
  })
})
