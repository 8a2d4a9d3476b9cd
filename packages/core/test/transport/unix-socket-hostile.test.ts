import { once } from 'node:events'
import { createConnection, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bytes, millis } from '../../src/domain/unit/units.ts'
import { systemClock } from '../../src/system/clock.ts'
import type { UnixSocket } from '../../src/transport/index.ts'
import { framed, frameReader } from '../../src/transport/unix-socket/frame.ts'
import { envelope, openHouse, type House } from './fixtures/house.ts'

let house: House
let hub: UnixSocket
let good: UnixSocket
beforeEach(async () => {
  house = await openHouse()
  hub = house.end('hub', { patience: millis(300), maxMessage: bytes(100_000) })
  await hub.open()
  good = house.end('leaf')
  await good.listen('good', async () => 'still here')
  await hub.listen('hub', async () => 'still here')
})
afterEach(() => house.close())

/** A client that speaks bytes. */
async function stranger(): Promise<Socket> {
  const socket = createConnection(house.socket)
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  return socket
}

const hello = { type: 'hello', protocol: 1, name: 'stranger', maxMessage: 100_000 }
const say = (socket: Socket, message: unknown): boolean => socket.write(framed(JSON.stringify(message)))

/** Resolves when the hub has hung up. */
async function hungUp(socket: Socket): Promise<void> {
  socket.resume()
  if (!socket.closed) await once(socket, 'close')
}

async function expectOthersUntouched(): Promise<void> {
  expect(await hub.request('good', envelope(null))).toBe('still here')
  expect(await good.request('hub', envelope(null))).toBe('still here')
}

describe('a hub hangs up on one who', () => {
  const header = (length: number): Buffer => Buffer.from(Uint32Array.of(length).buffer).swap32()
  const deadline = 2 ** 50
  const sent = { id: 'm', method: 'a.b', version: 1, payload: 1, deadline, traceId: 'r' }

  it.each<[string, readonly (Buffer | string | object)[]]>([
    ['sends garbage', [Buffer.from('GET / HTTP/1.1\r\n\r\n')]],
    ['announces more than the limit', [hello, header(200_000)]],
    ['sends what is not JSON', [hello, Buffer.concat([header(3), Buffer.from('{"a')])]],
    ['sends what is not UTF-8', [hello, Buffer.concat([header(2), Buffer.from([0xc3, 0x28])])]],
    ['sends an empty frame', [hello, header(0)]],
    ['nests without end', [hello, framed(`{"type":${'['.repeat(50_000)}`)]],
    ['speaks before the greeting', [{ type: 'listen', seq: 1, address: 'good' }]],
    ['greets twice', [hello, hello]],
    ['speaks another protocol', [{ ...hello, protocol: 2 }]],
    ['uses an unknown type', [hello, { type: 'reboot', seq: 1 }]],
    ['listens nowhere', [hello, { type: 'listen', seq: 1, address: '' }]],
    [
      'sends half an envelope',
      [hello, { type: 'request', seq: 1, address: 'hub', again: false, envelope: { id: 'm' } }],
    ],
    [
      'sends a number too large to pass on',
      [
        hello,
        framed(
          JSON.stringify({ type: 'request', seq: 1, address: 'good', again: false, envelope: sent }).replace(
            '"payload":1',
            '"payload":1e999',
          ),
        ),
      ],
    ],
    ['answers what nobody asked', [hello, { type: 'done', seq: 1 }]],
  ])('%s', async (_what, messages) => {
    const socket = await stranger()
    for (const message of messages) {
      if (Buffer.isBuffer(message)) socket.write(message)
      else say(socket, message)
    }
    await hungUp(socket)
    await expectOthersUntouched()
  })

  it('never greets', async () => {
    const before = systemClock.now()
    await hungUp(await stranger())
    expect(systemClock.now() - before).toBeGreaterThanOrEqual(290)
    await expectOthersUntouched()
  })

  it('begins a message and feeds it slowly', async () => {
    const socket = await stranger()
    say(socket, hello)
    socket.write(header(1000))
    const drip = setInterval(() => socket.write('x'), 20)
    await hungUp(socket)
    clearInterval(drip)
    await expectOthersUntouched()
  })

  it('does not read its answers', async () => {
    await hub.listen('wordy', async () => 'x'.repeat(90_000))
    const socket = await stranger()
    socket.pause()
    say(socket, hello)
    for (let seq = 0; seq < 100; seq++)
      say(socket, { type: 'request', seq, address: 'wordy', again: false, envelope: sent })
    await systemClock.sleep(millis(800))
    await hungUp(socket)
    await expectOthersUntouched()
  })
})

describe('a hub', () => {
  it('leaves a quiet connection alone once it has greeted', async () => {
    const socket = await stranger()
    say(socket, hello)
    await systemClock.sleep(millis(600))
    expect(socket.closed).toBe(false)
    socket.destroy()
  })

  it('lets nobody answer what was asked of somebody else', async () => {
    const held = Promise.withResolvers<string>()
    await good.listen('held', () => held.promise)
    const answer = hub.request('held', envelope(null))
    const socket = await stranger()
    say(socket, hello)
    for (let seq = 0; seq < 50; seq++) say(socket, { type: 'reply', seq, answer: { value: 'forged' } })
    await systemClock.sleep(millis(50))
    held.resolve('true')
    expect(await answer).toBe('true')
    expect(socket.closed).toBe(false)
    socket.destroy()
  })

  it('passes nothing to a peer that is over what the peer reads', async () => {
    const small = house.end('leaf', { maxMessage: bytes(1000) })
    await small.listen('small', async () => 'taken')
    await expect(hub.request('small', envelope('x'.repeat(2000)))).rejects.toMatchObject({
      code: 'transport.too_large',
    })
    await expect(good.request('small', envelope('x'.repeat(2000)))).rejects.toMatchObject({
      code: 'transport.too_large',
    })
    expect(await hub.request('small', envelope('x'))).toBe('taken')
  })

  it('refuses more while a peer does not read what it was sent', async () => {
    const socket = await stranger()
    socket.pause()
    say(socket, hello)
    say(socket, { type: 'listen', seq: 1, address: 'deaf' })
    await systemClock.sleep(millis(50))
    const ends = await Promise.all(
      Array.from({ length: 40 }, () =>
        hub
          .request('deaf', envelope('x'.repeat(90_000), millis(500)))
          .catch((error: { code: string; detail?: unknown }) => [error.code, error.detail]),
      ),
    )
    expect(ends).toContainEqual(['transport.busy', undefined])
    expect(ends).toContainEqual(['transport.timeout', undefined])
    socket.destroy()
    await expectOthersUntouched()
  })
})

describe('frames', () => {
  it('come out whole, however the stream is cut', () => {
    const texts = ['', 'a', 'Zoë 🦊', 'x'.repeat(5000)]
    const stream = Buffer.concat(texts.map(framed))
    for (const size of [1, 2, 3, 5, 7, 1000, stream.length]) {
      const reader = frameReader(10_000)
      const out: string[] = []
      for (let at = 0; at < stream.length; at += size) out.push(...reader.push(stream.subarray(at, at + size)))
      expect(out).toEqual(texts)
      expect(reader.partial).toBe(false)
    }
  })

  it('of megabytes in small pieces take no quadratic time', () => {
    const stream = framed('x'.repeat(8 * 2 ** 20))
    const reader = frameReader(2 ** 24)
    const before = performance.now()
    let out = 0
    for (let at = 0; at < stream.length; at += 1024) out += reader.push(stream.subarray(at, at + 1024)).length
    expect(out).toBe(1)
    expect(performance.now() - before).toBeLessThan(1000)
  })
})
