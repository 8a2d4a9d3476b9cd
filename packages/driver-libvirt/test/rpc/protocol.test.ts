import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { hasCode, millis, seededRandom } from '@novakit/core'
import {
  events,
  libvirt,
  libvirtCodeOf,
  procedures,
  type LibvirtClient,
  type LibvirtOptions,
} from '../../src/rpc/index.ts'
import { encodeFrame, messageType, program, status } from '../../src/rpc/wire/frame.ts'
import { uint32 } from '../../src/rpc/xdr/scalars.ts'
import {
  eventFrame,
  fakeDaemon,
  later,
  RemoteFailure,
  replyFrame,
  type FakeDaemon,
  type Peer,
} from './support/fake-daemon.ts'

let daemon: FakeDaemon
const clients: LibvirtClient[] = []

afterEach(async () => {
  for (const client of clients.splice(0)) await client.close()
  await daemon.close()
})

async function connected(options: Partial<LibvirtOptions> & { chop?: number } = {}): Promise<LibvirtClient> {
  daemon ??= await fakeDaemon()
  const client = await libvirt({ uri: daemon.uri, ...options }).connect()
  clients.push(client)
  return client
}

const dom = { uuid: '6695eb01-f6a4-8304-79aa-97f2502e193f' }
const failure = (work: Promise<unknown>) =>
  work.then(
    () => expect.fail('it did not fail'),
    (error: unknown) => error,
  )
const newest = () => daemon.peers.at(-1) as Peer

/** Breaks the connection from the daemon's side; back when the client has noticed. */
async function cut(client: LibvirtClient): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const forget = client.onState((state) => void (state === 'lost' && resolve()))
  newest().socket.destroy()
  await promise
  forget()
}

describe('a greeting', () => {
  test('asks for the driver that the URI names, without what is for the client alone', async () => {
    daemon = await fakeDaemon()
    let asked: unknown
    daemon.on('connectOpen', ({ args }) => void (asked = args))
    const client = await connected()
    expect(asked).toEqual({ name: 'test:///default', flags: 0 })
    expect(client.libVersion).toBe(9_000_000)
  })

  test('is refused with the names of what the daemon wants when that is SASL', async () => {
    daemon = await fakeDaemon()
    daemon.on('authList', () => [1])
    const error = await failure(connected())
    expect(hasCode(error, 'libvirt.auth_unsupported') && error.message).toContain('SASL')
  })

  test('goes through polkit in one call when the daemon offers that', async () => {
    daemon = await fakeDaemon()
    let calls = 0
    daemon.on('authList', () => [2, 1])
    daemon.on('authPolkit', () => (calls++, 1))
    await connected()
    expect(calls).toBe(1)
  })

  test('is refused when polkit says no', async () => {
    daemon = await fakeDaemon()
    daemon.on('authList', () => [2])
    daemon.on('authPolkit', () => {
      throw new RemoteFailure(45, 'authentication failed')
    })
    expect(libvirtCodeOf(await failure(connected()))).toBe('auth_failed')
  })

  test('is refused by a daemon that has no event callbacks', async () => {
    daemon = await fakeDaemon()
    daemon.on('connectSupportsFeature', () => false)
    expect(hasCode(await failure(connected()), 'libvirt.too_old')).toBe(true)
  })

  test('ends at its deadline with a daemon that says nothing', async () => {
    daemon = await fakeDaemon()
    daemon.on('authList', () => later)
    const error = await failure(connected({ connectTimeout: millis(50) }))
    expect(hasCode(error, 'libvirt.timeout')).toBe(true)
  })
})

describe('a daemon that speaks wrongly', () => {
  async function withReply(bytes: (frame: { serial: number }) => Buffer): Promise<unknown> {
    daemon = await fakeDaemon()
    const client = await connected({ reconnect: null })
    daemon.on('connectGetHostname', ({ frame, peer }) => (peer.send(bytes(frame)), later))
    return failure(client.connectGetHostname())
  }
  const header = (more: object) => ({
    program: program.remote,
    procedure: 59,
    type: messageType.reply,
    serial: 0,
    status: 0,
    ...more,
  })
  const text = (length: number, rest: string) => Buffer.concat([Buffer.from([0, 0, 0, length]), Buffer.from(rest)])
  const framed = (serial: number, body: Buffer, more: object = {}) => {
    const frame = Buffer.concat([encodeFrame(header({ serial, ...more })), body])
    frame.writeUInt32BE(frame.length, 0)
    return frame
  }

  test.each([
    ['a message shorter than its header', () => Buffer.from([0, 0, 0, 5, 1])],
    ['a message of four gibibytes', () => Buffer.from([0xff, 0xff, 0xff, 0xff])],
    [
      'an answer to a serial that was not asked',
      ({ serial }: { serial: number }) => encodeFrame(header({ serial: serial + 7 })),
    ],
    [
      'an answer for another procedure',
      ({ serial }: { serial: number }) => encodeFrame(header({ serial, procedure: 60 })),
    ],
    ['an answer of another program', ({ serial }: { serial: number }) => encodeFrame(header({ serial, program: 7 }))],
    [
      'a message of a type that there is not',
      ({ serial }: { serial: number }) => encodeFrame(header({ serial, type: 9 })),
    ],
  ])('loses the connection by %s', async (_, bytes) => {
    expect(hasCode(await withReply(bytes), 'libvirt.malformed')).toBe(true)
    expect(clients.at(-1)?.state).toBe('closed')
  })

  test.each([
    ['a text longer than its message', (serial: number) => framed(serial, text(200, 'short'))],
    ['bytes after the value', (serial: number) => framed(serial, Buffer.concat([text(4, 'host'), Buffer.alloc(4)]))],
    ['an empty body', (serial: number) => framed(serial, Buffer.alloc(0))],
    ['a status that there is not', (serial: number) => framed(serial, Buffer.alloc(0), { status: 7 })],
    ['a torn error', (serial: number) => framed(serial, Buffer.alloc(6), { status: 1 })],
  ])('fails the one call by %s, and goes on with the next', async (_, bytes) => {
    const error = await withReply(({ serial }) => bytes(serial))
    expect(hasCode(error, 'libvirt.malformed')).toBe(true)
    daemon.on('connectGetHostname', () => 'host')
    expect(await clients.at(-1)?.connectGetHostname()).toBe('host')
  })

  test('allocates nothing for a count of items that cannot be true', async () => {
    daemon = await fakeDaemon()
    const client = await connected()
    daemon.on('connectListAllDomains', ({ frame, peer }) => {
      peer.send(encodeFrame({ ...frame, type: messageType.reply }, (writer) => uint32.write(writer, 0xffffffff)))
      return later
    })
    const before = process.memoryUsage().heapUsed
    expect(hasCode(await failure(client.connectListAllDomains()), 'libvirt.malformed')).toBe(true)
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(50e6)
  })

  test('is understood byte by byte', async () => {
    daemon = await fakeDaemon({ chop: 1 })
    daemon.on('connectGetHostname', () => 'a host whose name comes slowly')
    const client = await connected()
    expect(await client.connectGetHostname()).toBe('a host whose name comes slowly')
  })

  test('may send events that this client does not know', async () => {
    daemon = await fakeDaemon()
    daemon.on('connectGetHostname', () => 'host')
    const client = await connected()
    newest().send(eventFrame(9999, undefined))
    expect(await client.connectGetHostname()).toBe('host')
  })
})

describe('calls', () => {
  test('are at most five under way, and all are answered', async () => {
    daemon = await fakeDaemon()
    const client = await connected()
    let underWay = 0
    let most = 0
    daemon.on('domainGetState', ({ reply }) => {
      most = Math.max(most, ++underWay)
      setTimeout(() => {
        underWay--
        reply({ state: 1, reason: 0 })
      }, 2)
      return later
    })
    const answers = await Promise.all(Array.from({ length: 60 }, () => client.domainGetState({ dom })))
    expect(answers).toHaveLength(60)
    expect(most).toBe(5)
  })

  test('keep their place after their caller gave up, until the daemon answers', async () => {
    daemon = await fakeDaemon()
    const client = await connected({ maxInFlight: 1 })
    let answerFirst = () => expect.fail('nothing was asked')
    daemon.on('domainGetState', ({ reply }) => ((answerFirst = () => reply({ state: 1, reason: 0 }) as never), later))
    daemon.on('connectGetHostname', () => 'host')
    const giveUp = new AbortController()
    const first = failure(client.domainGetState({ dom }, { signal: giveUp.signal }))
    await expect.poll(() => newest().frames.at(-1)?.procedure).toBe(212)
    giveUp.abort()
    expect(hasCode(await first, 'libvirt.cancelled')).toBe(true)
    let second: string | null = null
    const waiting = client.connectGetHostname().then((name) => (second = name))
    await delay(20)
    expect(second).toBeNull()
    answerFirst()
    await waiting
    expect(second).toBe('host')
  })

  test('that were given up before they were sent are never sent', async () => {
    daemon = await fakeDaemon()
    const client = await connected({ maxInFlight: 1 })
    const replies: (() => void)[] = []
    daemon.on('domainGetState', ({ reply }) => (replies.push(() => reply({ state: 1, reason: 0 })), later))
    daemon.on('domainDestroy', () => undefined)
    const first = client.domainGetState({ dom })
    const error = await failure(client.domainDestroy({ dom }, { timeout: millis(10) }))
    expect(hasCode(error, 'libvirt.timeout')).toBe(true)
    replies[0]?.()
    await first
    await delay(10)
    expect(newest().frames.some((frame) => frame.procedure === 12)).toBe(false)
  })

  test('that cannot be written are refused at once, by what is wrong', async () => {
    daemon = await fakeDaemon()
    const client = await connected()
    const wrong = [
      client.domainLookupByName({ name: 'a\0b' }),
      client.domainLookupByUuid({ uuid: 'no uuid' }),
      client.domainLookupById({ id: 2 ** 40 }),
      client.domainBlockPull({ dom, path: 'vda', bandwidth: -1 }),
    ]
    for (const error of await Promise.all(wrong.map(failure)))
      expect(hasCode(error, 'libvirt.invalid_argument')).toBe(true)
    expect(newest().frames.filter((frame) => frame.program !== program.keepalive)).toHaveLength(5)
  })

  test('that the daemon does not know say that it is too old', async () => {
    daemon = await fakeDaemon()
    const client = await connected()
    daemon.on('domainAbortJobFlags', () => {
      throw new RemoteFailure(39, 'unknown procedure: 442')
    })
    const error = await failure(client.domainAbortJobFlags({ dom }))
    expect(hasCode(error, 'libvirt.too_old') && error.message).toContain('domainAbortJobFlags')
  })

  test.each([
    [42, 'no_domain', 'libvirt.not_found', 'never'],
    [55, 'operation_invalid', 'libvirt.wrong_state', 'later'],
    [87, 'resource_busy', 'libvirt.busy', 'later'],
    [67, 'config_unsupported', 'libvirt.unsupported', 'elsewhere'],
    [91, 'cpu_incompatible', 'libvirt.incompatible_cpu', 'elsewhere'],
    [4242, 'unknown', 'libvirt.failed', 'elsewhere'],
  ])('that fail with code %i fail as %s', async (code, libvirtCode, ours, help) => {
    daemon = await fakeDaemon()
    const client = await connected()
    daemon.on('domainGetState', () => {
      throw new RemoteFailure(code, 'the reason with /a/path in it')
    })
    const error = await failure(client.domainGetState({ dom }))
    expect(error).toMatchObject({
      code: ours,
      help,
      detail: { libvirt: libvirtCode, text: 'the reason with /a/path in it' },
    })
    expect((error as Error).message).not.toContain('/a/path')
  })

  test('on a connection of their own take no place from the others and close it behind them', async () => {
    daemon = await fakeDaemon()
    const client = await connected({ maxInFlight: 1 })
    let finish: () => void = () => undefined
    daemon.on('domainMigratePerform3Params', ({ reply }) => ((finish = () => reply(Buffer.from('cookie'))), later))
    daemon.on('connectGetHostname', () => 'host')
    const args = { dom, params: [], cookie: new Uint8Array() }
    const long = client.domainMigratePerform3Params(args, { connection: 'own', timeout: null })
    expect(await client.connectGetHostname()).toBe('host')
    await expect.poll(() => daemon.peers.length).toBe(2)
    await expect.poll(() => newest().frames.at(-1)?.procedure).toBe(305)
    finish()
    expect(String(await long)).toBe('cookie')
    await expect.poll(() => newest().socket.destroyed).toBe(true)
  })
})

describe('a connection that breaks', () => {
  test('fails what was under way, and sends what had not been sent on the next', async () => {
    daemon = await fakeDaemon()
    const client = await connected({ maxInFlight: 1, reconnect: { first: millis(1), longest: millis(1) } })
    daemon.on('domainGetState', () => later)
    daemon.on('connectGetHostname', () => 'host')
    const sent = failure(client.domainGetState({ dom }))
    const waiting = client.connectGetHostname()
    await expect.poll(() => newest().frames.at(-1)?.procedure).toBe(212)
    newest().socket.destroy()
    expect(hasCode(await sent, 'libvirt.connection_lost')).toBe(true)
    expect(await waiting).toBe('host')
    expect(daemon.peers).toHaveLength(2)
  })

  test('comes back with every registration, under the numbers that the daemon then gives', async () => {
    daemon = await fakeDaemon()
    let nextId = 10
    daemon.on('connectDomainEventCallbackRegisterAny', () => nextId++)
    const client = await connected({ reconnect: { first: millis(1), longest: millis(1) } })
    const heard: unknown[] = []
    const states: string[] = []
    client.onState((state) => states.push(state))
    await client.on('domainReboot', (event) => heard.push(event.dom.name))
    const tell = (callbackId: number, name: string) =>
      newest().send(
        eventFrame(319, (writer) =>
          events.domainReboot.payload.write(writer, { callbackId, dom: { ...dom, name, id: 1 } } as never),
        ),
      )
    tell(10, 'before')
    await expect.poll(() => heard).toEqual(['before'])
    newest().socket.destroy()
    await expect.poll(() => states).toEqual(['lost', 'connected'])
    tell(10, 'an old number')
    tell(11, 'after')
    await expect.poll(() => heard).toEqual(['before', 'after'])
  })

  test('is not told to forget what it never knew: numbers of the last one may be others’ on this one', async () => {
    daemon = await fakeDaemon()
    const forgotten: unknown[] = []
    daemon.on('connectDomainEventCallbackRegisterAny', () => 3)
    daemon.on('connectDomainEventCallbackDeregisterAny', ({ args }) => void forgotten.push(args))
    const client = await connected({ reconnect: { first: millis(30), longest: millis(30) } })
    await client.on('domainReboot', () => undefined)
    const stop = await client.on('domainWatchdog', () => undefined)
    await cut(client)
    await stop()
    await expect.poll(() => client.state).toBe('connected')
    const registered = newest().frames.filter(({ procedure }) => procedure === 316)
    expect(registered).toHaveLength(1)
    expect(forgotten).toEqual([])
  })

  test('comes back though one registration is refused', async () => {
    daemon = await fakeDaemon()
    daemon.on('connectDomainEventCallbackRegisterAny', () => 3)
    daemon.on('connectGetHostname', () => 'host')
    const client = await connected({ reconnect: { first: millis(1), longest: millis(1) } })
    await client.on('domainReboot', () => undefined, { domain: dom })
    daemon.on('connectDomainEventCallbackRegisterAny', () => {
      throw new RemoteFailure(42, 'no such domain')
    })
    await cut(client)
    expect(await client.connectGetHostname()).toBe('host')
  })

  test('is tried again when a daemon takes it but does not answer', async () => {
    daemon = await fakeDaemon()
    daemon.on('connectDomainEventCallbackRegisterAny', () => 3)
    daemon.on('connectGetHostname', () => 'host')
    const client = await connected({
      connectTimeout: millis(50),
      reconnect: { first: millis(1), longest: millis(1) },
    })
    await client.on('domainReboot', () => undefined)
    let attempts = 0
    daemon.on('connectDomainEventCallbackRegisterAny', () => (++attempts < 3 ? later : 3))
    await cut(client)
    expect(await client.connectGetHostname()).toBe('host')
    expect(attempts).toBe(3)
    await expect.poll(() => daemon.peers.filter(({ socket }) => !socket.destroyed)).toHaveLength(1)
  })

  test('again and again, at any moment, leaves no call without an answer', async () => {
    daemon = await fakeDaemon()
    const random = seededRandom('cuts')
    const client = await connected({ reconnect: { first: millis(1), longest: millis(2) } })
    let ids = 0
    daemon.on('connectDomainEventCallbackRegisterAny', () => ++ids)
    daemon.on('connectDomainEventCallbackDeregisterAny', () => undefined)
    daemon.on('domainGetState', ({ reply, peer }) => {
      const fate = random.below(10)
      if (fate === 0) peer.socket.destroy()
      else if (fate < 5) setTimeout(() => reply({ state: 1, reason: 0 }), random.below(3))
      else return { state: 1, reason: 0 }
      return later
    })
    let answered = 0
    let lost = 0
    const caller = async (): Promise<void> => {
      for (let turn = 0; turn < 60; turn++) {
        try {
          await client.domainGetState({ dom })
          answered++
        } catch (error) {
          expect(hasCode(error, 'libvirt.connection_lost')).toBe(true)
          lost++
        }
      }
    }
    const listener = async (): Promise<void> => {
      for (let turn = 0; turn < 20; turn++) {
        const stop = await client.on('domainReboot', () => undefined).catch(() => null)
        await stop?.().catch(() => undefined)
      }
    }
    await Promise.all([...Array.from({ length: 12 }, caller), listener(), listener()])
    expect(answered + lost).toBe(12 * 60)
    expect(lost).toBeGreaterThan(10)
    expect(answered).toBeGreaterThan(100)
  })

  test('is not opened again after the client was closed', async () => {
    daemon = await fakeDaemon()
    const client = await connected({ reconnect: { first: millis(1), longest: millis(1) } })
    await client.close()
    await delay(20)
    expect(daemon.peers).toHaveLength(1)
    expect(hasCode(await failure(client.connectGetHostname()), 'libvirt.closed')).toBe(true)
  })
})

describe('events', () => {
  test('that come before the answer to their registration are heard', async () => {
    daemon = await fakeDaemon()
    const client = await connected()
    daemon.on('connectDomainEventCallbackRegisterAny', ({ frame, peer }) => {
      const early = eventFrame(319, (writer) =>
        events.domainReboot.payload.write(writer, { callbackId: 3, dom: { ...dom, name: 'early', id: 1 } } as never),
      )
      peer.send(Buffer.concat([early, replyFrame(frame, procedures.connectDomainEventCallbackRegisterAny, 3)]))
      return later
    })
    const heard: string[] = []
    await client.on('domainReboot', (event) => heard.push(event.dom.name))
    await expect.poll(() => heard).toEqual(['early'])
  })

  test('are registered once for all listeners, and given up with the last', async () => {
    daemon = await fakeDaemon()
    const calls: string[] = []
    daemon.on('connectDomainEventCallbackRegisterAny', () => (calls.push('register'), 3))
    daemon.on('connectDomainEventCallbackDeregisterAny', () => void calls.push('deregister'))
    const client = await connected()
    const stops = await Promise.all([1, 2].map(() => client.on('domainReboot', () => undefined)))
    expect(calls).toEqual(['register'])
    await stops[0]?.()
    expect(calls).toEqual(['register'])
    await stops[1]?.()
    await stops[1]?.()
    expect(calls).toEqual(['register', 'deregister'])
  })

  test('reach the other listeners when one throws', async () => {
    daemon = await fakeDaemon()
    daemon.on('connectDomainEventCallbackRegisterAny', () => 3)
    const client = await connected()
    const heard: string[] = []
    await client.on('domainReboot', () => {
      throw new Error('planted')
    })
    await client.on('domainReboot', (event) => heard.push(event.dom.name))
    newest().send(
      eventFrame(319, (writer) =>
        events.domainReboot.payload.write(writer, { callbackId: 3, dom: { ...dom, name: 'x', id: 1 } } as never),
      ),
    )
    await expect.poll(() => heard).toEqual(['x'])
  })
})

describe('signs of life', () => {
  const keepalive = { interval: millis(20), count: 3 }

  test('are given when the daemon asks', async () => {
    daemon = await fakeDaemon()
    await connected()
    newest().send(
      encodeFrame({ program: program.keepalive, procedure: 1, type: messageType.event, serial: 0, status: status.ok }),
    )
    await expect.poll(() => newest().frames.at(-1)).toMatchObject({ program: program.keepalive, procedure: 2 })
  })

  test('are asked for, and a daemon that gives none is given up', async () => {
    daemon = await fakeDaemon()
    daemon.on('domainGetState', () => later)
    const client = await connected({ keepalive, reconnect: null })
    const error = await failure(client.domainGetState({ dom }))
    expect(hasCode(error, 'libvirt.connection_lost')).toBe(true)
    expect(newest().frames.filter((frame) => frame.program === program.keepalive)).toHaveLength(3)
  })

  test('keep a connection on which nothing else happens', async () => {
    daemon = await fakeDaemon()
    daemon.onOther((frame, peer) => peer.send(encodeFrame({ ...frame, procedure: 2 })))
    const client = await connected({ keepalive, reconnect: null })
    await delay(300)
    expect(client.state).toBe('connected')
  })
})
