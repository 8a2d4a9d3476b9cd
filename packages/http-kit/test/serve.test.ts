import { connect } from 'node:net'
import { silentLog, type NovakitError } from '@novakit/core'
import { answer, bytesOf, jsonAnswer, serve, type FetchHandler, type HttpServer } from '@novakit/http-kit'
import { afterEach, describe, expect, test, vi } from 'vitest'

describe('serve', () => {
  let server: HttpServer | null = null
  afterEach(() => server?.close())
  const start = async (handler: FetchHandler, maxBody = 1000): Promise<string> => {
    server = await serve(handler, { host: '127.0.0.1', port: 0, log: silentLog, maxBody })
    return server.url
  }

  test('hands the request over with its method, path, query, headers and body', async () => {
    const url = await start(async (request, connection) =>
      jsonAnswer(201, {
        method: request.method,
        url: new URL(request.url).pathname + new URL(request.url).search,
        header: request.headers.get('x-thing'),
        body: await request.text(),
        from: connection?.remoteAddress,
      }),
    )
    const response = await fetch(`${url}/a/b?c=%FF`, { method: 'PUT', headers: { 'x-thing': 'one' }, body: 'text' })
    expect(response.status).toBe(201)
    expect(await response.json()).toEqual({
      method: 'PUT',
      url: '/a/b?c=%FF',
      header: 'one',
      body: 'text',
      from: '127.0.0.1',
    })
  })

  test('answers with bytes, with streams, and with nothing', async () => {
    const url = await start(async (request) => {
      const { pathname } = new URL(request.url)
      if (pathname === '/bytes') return answer(200, Uint8Array.of(1, 2, 3))
      return pathname === '/stream' ? new Response(new Blob(['streamed']).stream()) : answer(204, null)
    })
    expect(new Uint8Array(await (await fetch(`${url}/bytes`)).arrayBuffer())).toEqual(Uint8Array.of(1, 2, 3))
    expect(await (await fetch(`${url}/stream`)).text()).toBe('streamed')
    const empty = await fetch(`${url}/empty`)
    expect([empty.status, empty.headers.get('content-length'), await empty.text()]).toEqual([204, null, ''])
  })

  test('sends an answer in pieces whole, with its length, and to whoever reads it without a server', async () => {
    const pieces = Array.from({ length: 300 }, (_, n) => `${n}: ${'é'.repeat(1000)};`)
    const url = await start(async () => answer(200, pieces))
    const response = await fetch(url)
    expect(await response.text()).toBe(pieces.join(''))
    expect(response.headers.get('content-length')).toBe(String(Buffer.byteLength(pieces.join(''))))
    expect(await answer(200, pieces).text()).toBe(pieces.join(''))
  })

  test('lets go of an answer in pieces whose reader has gone', async () => {
    const url = await start(async () => answer(200, Array<string>(500).fill('x'.repeat(100_000))))
    const stop = new AbortController()
    const response = await fetch(url, { signal: stop.signal })
    stop.abort()
    await expect(response.text()).rejects.toThrow('aborted')
    expect(await (await fetch(url, { method: 'HEAD' })).text()).toBe('')
  })

  test('leaves what is to be said of a long body to whoever asks for it', async () => {
    const url = await start(async (request) => {
      const said = await bytesOf(request).catch((error: NovakitError) => error.code)
      return jsonAnswer(400, {
        said,
        clone: await Promise.resolve(request).then((it) => it.text().catch(() => 'none')),
      })
    })
    const response = await fetch(url, { method: 'POST', body: 'x'.repeat(300_000) })
    expect([response.status, response.headers.get('connection')]).toEqual([400, 'close'])
    expect(await response.json()).toEqual({ said: 'request.body_too_large', clone: 'none' })
  })

  test('refuses a body that is longer than it takes, told or not', async () => {
    const url = await start(async (request) => answer(200, await request.text()))
    expect((await fetch(url, { method: 'POST', body: 'x'.repeat(1001) })).status).toBe(413)
    const chunks = new Blob(['x'.repeat(600), 'y'.repeat(600)]).stream()
    const init = { method: 'POST', body: chunks, duplex: 'half' } as RequestInit
    expect((await fetch(url, init)).status).toBe(413)
    expect((await fetch(url, { method: 'POST', body: 'x'.repeat(1000) })).status).toBe(200)
  })

  test('answers 500 when a handler throws, and goes on', async () => {
    const url = await start(async (request) => {
      if (request.url.endsWith('/bad')) throw new Error('boom')
      return answer(200, 'fine')
    })
    expect((await fetch(`${url}/bad`)).status).toBe(500)
    expect(await (await fetch(url)).text()).toBe('fine')
  })

  const answerTo = (url: string, sent: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1')
      let text = ''
      socket.on('data', (chunk) => (text += String(chunk)))
      socket.on('end', () => resolve(text))
      socket.on('error', reject)
      socket.write(sent)
    })

  test.each([
    ['/', 'a b'],
    ['/', 'a/b?c='],
    ['/', 'user@a'],
    ['/', ''],
    ['/a/../b', 'a'],
    ['/a/%2e%2E/b', 'a'],
    ['/a\\b', 'a'],
    ['http://u@a/b', 'a'],
    ['http://a/../b', 'a'],
  ])('answers %s at the host %j with 400', async (target, host) => {
    const url = await start(async () => answer(200, 'fine'))
    const raw = await answerTo(url, `GET ${target} HTTP/1.1\r\nHost: ${host}\r\n\r\n`)
    expect(raw).toMatch(/^HTTP\/1\.1 400 /)
  })

  test.each([
    ['/a//b?c=../d', 'h:1', 'http://h:1/a//b?c=../d'],
    ['//a', '[::1]:80', 'http://[::1]//a'],
    ['http://other/a?b', 'h', 'http://other/a?b'],
    ['http://other:5?b', 'h', 'http://other:5/?b'],
    ['http://other', 'h', 'http://other/'],
  ])('hands %s at the host %j over as %s', async (target, host, whole) => {
    const url = await start(async (request) => answer(200, request.url))
    const raw = await answerTo(url, `GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
    expect(raw.split('\r\n\r\n')[1]).toBe(whole)
  })

  test('lets what is under way be answered before it closes', async () => {
    const entered = Promise.withResolvers<void>()
    const leave = Promise.withResolvers<void>()
    const url = await start(async () => {
      entered.resolve()
      await leave.promise
      return answer(200, 'late')
    })
    const response = fetch(url)
    await entered.promise
    const closing = server?.close()
    leave.resolve()
    expect(await (await response).text()).toBe('late')
    await closing
    await expect(fetch(url)).rejects.toThrow()
  })

  test.each(['', 'GET / HTTP/1.1\r\nHos', 'PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf'])(
    'does not wait for the rest of %j when it closes',
    async (text) => {
      const url = await start(async () => answer(200, null))
      const client = connect(Number(new URL(url).port), '127.0.0.1')
      client.on('error', () => undefined)
      client.write(text)
      const ended = new Promise<void>((resolve) => client.on('close', () => resolve()))
      expect((await fetch(url)).status).toBe(200)
      const begun = performance.now()
      await server?.close()
      await ended
      expect(performance.now() - begun).toBeLessThan(2000)
    },
  )

  test('gives a handler five seconds when it closes', async () => {
    const entered = Promise.withResolvers<void>()
    const url = await start(() => {
      entered.resolve()
      return new Promise<Response>(() => undefined)
    })
    const response = fetch(url).then(
      () => 'answered',
      () => 'cut off',
    )
    await entered.promise
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const closing = server?.close()
    vi.advanceTimersByTime(4999)
    expect(await Promise.race([response, new Promise((resolve) => setImmediate(resolve, 'waiting'))])).toBe('waiting')
    vi.advanceTimersByTime(1)
    vi.useRealTimers()
    await closing
    expect(await response).toBe('cut off')
  })

  test('says so when the port is taken', async () => {
    const url = await start(async () => answer(200, null))
    const again = serve(async () => answer(200, null), {
      host: '127.0.0.1',
      port: Number(new URL(url).port),
      log: silentLog,
    })
    await expect(again).rejects.toThrow(/EADDRINUSE/)
  })
})
