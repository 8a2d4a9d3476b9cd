import { once } from 'node:events'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { hasCode } from '@novakit/core'
import { libvirt, libvirtCodeOf, type LibvirtClient } from '../../src/rpc/index.ts'
import { encodeFrame, messageType, status, type Frame } from '../../src/rpc/wire/frame.ts'
import { remoteError } from '../../src/rpc/wire/remote-error.ts'
import { grow } from '../../src/rpc/xdr/cursor.ts'
import { fakeDaemon, later, type FakeDaemon, type Peer } from './support/fake-daemon.ts'

let daemon: FakeDaemon
let client: LibvirtClient
afterEach(async () => {
  await client.close()
  await daemon.close()
})

const vol = { pool: 'p', name: 'v' }
const failure = (work: Promise<unknown>) =>
  work.then(
    () => expect.fail('it did not fail'),
    (error: unknown) => error,
  )

function packet(to: Frame, code: number, data: Buffer | string = '', type: number = messageType.stream): Buffer {
  const bytes = Buffer.from(data)
  return encodeFrame({ ...to, type, status: code }, (writer) => {
    const at = grow(writer, bytes.length)
    writer.buffer.set(bytes, at)
  })
}

const brokenDisk = (to: Frame): Buffer =>
  encodeFrame({ ...to, type: messageType.stream, status: status.error }, (writer) =>
    remoteError.write(writer, { code: 38, domain: 18, message: 'no space left', level: 2, int1: 28, int2: 0 }),
  )

/** A daemon whose stream calls are answered, and then `play` runs with the answered call. */
async function connected(play: (call: Frame, peer: Peer) => void = () => undefined): Promise<void> {
  daemon = await fakeDaemon()
  client = await libvirt({ uri: daemon.uri }).connect()
  for (const name of ['storageVolDownload', 'storageVolUpload', 'domainOpenConsole'] as const)
    daemon.on(name, ({ frame, peer, reply }) => {
      reply(undefined)
      play(frame, peer)
      return later
    })
}

const download = () => client.storageVolDownload({ vol, offset: 0, length: 0 })
const upload = () => client.storageVolUpload({ vol, offset: 0, length: 0 })
const packets = () => (daemon.peers.at(-1)?.frames ?? []).filter(({ type }) => type === messageType.stream)

describe('a stream from the daemon', () => {
  test('ends when the daemon has said so and confirmed that we heard it', async () => {
    await connected((call, peer) => {
      peer.send(
        Buffer.concat([packet(call, status.more, 'one '), packet(call, status.more, 'two'), packet(call, status.more)]),
      )
      daemon.onOther((frame) => peer.send(packet(frame, status.ok)))
    })
    const { stream } = await download()
    let text = ''
    for await (const chunk of stream) text += String(chunk)
    expect(text).toBe('one two')
    expect(packets().map((frame) => frame.status)).toEqual([status.ok])
    await expect.poll(() => daemon.peers.at(-1)?.socket.destroyed).toBe(true)
  })

  test('may begin, and even end, before the answer to its call', async () => {
    await connected()
    daemon.on('storageVolDownload', ({ frame, peer, reply }) => {
      daemon.onOther((other) => peer.send(packet(other, status.ok)))
      peer.send(
        Buffer.concat([
          packet(frame, status.more, 'early '),
          packet(frame, status.more, 'bird'),
          packet(frame, status.more),
        ]),
      )
      setTimeout(() => reply(undefined), 10)
      return later
    })
    const { stream } = await download()
    expect(Buffer.concat((await stream.toArray()) as Buffer[]).toString()).toBe('early bird')
  })

  test('that breaks on the daemon’s side fails with what the daemon says', async () => {
    await connected((call, peer) => peer.send(Buffer.concat([packet(call, status.more, 'some'), brokenDisk(call)])))
    const { stream } = await download()
    const error = await failure(stream.toArray())
    expect(libvirtCodeOf(error)).toBe('system_error')
  })

  test('that breaks at its very end is not taken for whole', async () => {
    await connected((call, peer) => {
      peer.send(Buffer.concat([packet(call, status.more, 'all'), packet(call, status.more)]))
      daemon.onOther((frame) => peer.send(brokenDisk(frame)))
    })
    const { stream } = await download()
    expect(libvirtCodeOf(await failure(stream.toArray()))).toBe('system_error')
  })

  test('that ends with its connection is not taken for whole', async () => {
    await connected((call, peer) => {
      peer.send(packet(call, status.more, 'some'))
      setTimeout(() => peer.socket.destroy(), 10)
    })
    const { stream } = await download()
    expect(hasCode(await failure(stream.toArray()), 'libvirt.connection_lost')).toBe(true)
    expect(client.state).toBe('connected')
  })

  test('that has holes is refused, since nobody asked for such a one', async () => {
    await connected((call, peer) => peer.send(packet(call, status.more, Buffer.alloc(12), messageType.streamHole)))
    const { stream } = await download()
    expect(hasCode(await failure(stream.toArray()), 'libvirt.stream_broken')).toBe(true)
  })

  test('does not make the daemon ask for signs of life that a slow reader could not give', async () => {
    const asked: unknown[][] = []
    await connected((call, peer) => peer.send(packet(call, status.more, 'some')))
    daemon.on('connectSupportsFeature', ({ args, peer }) => {
      const at = daemon.peers.indexOf(peer)
      asked[at] = [...(asked[at] ?? []), (args as { feature: number }).feature]
      return true
    })
    const { stream } = await download()
    stream.destroy()
    expect(asked[1]).toEqual([14])
  })

  test('is aborted on both sides when its reader gives up', async () => {
    await connected((call, peer) => peer.send(packet(call, status.more, 'some')))
    const { stream } = await download()
    await once(stream, 'readable')
    stream.destroy()
    await once(stream, 'close')
    await expect.poll(() => packets().map((frame) => frame.status)).toEqual([status.error])
  })
})

describe('a stream to the daemon', () => {
  test('is written in packets that every daemon takes, and is done when the daemon says so', async () => {
    await connected(() => {
      daemon.onOther((frame, peer) => {
        if (frame.status === status.ok) setTimeout(() => peer.send(packet(frame, status.ok)), 20)
      })
    })
    const { stream } = await upload()
    const data = Buffer.alloc(600_000, 'x')
    await pipeline(Readable.from([data]), stream)
    const sent = packets()
    expect(sent.at(-1)?.status).toBe(status.ok)
    expect(Math.max(...sent.map(({ body }) => body.length))).toBeLessThanOrEqual(262_120)
    expect(Buffer.concat(sent.map(({ body }) => body)).equals(data)).toBe(true)
  })

  test('fails with what the daemon says, though everything was written', async () => {
    await connected(() => {
      daemon.onOther((frame, peer) => {
        if (frame.status === status.ok) peer.send(brokenDisk(frame))
      })
    })
    const { stream } = await upload()
    expect(libvirtCodeOf(await failure(pipeline(Readable.from([Buffer.from('all')]), stream)))).toBe('system_error')
  })

  test('fails in the middle when the daemon has had enough', async () => {
    await connected(() => daemon.onOther((frame, peer) => peer.send(brokenDisk(frame))))
    const { stream } = await upload()
    const endless = Readable.from(
      (async function* () {
        for (;;) {
          yield Buffer.alloc(1000)
          await new Promise((resolve) => setTimeout(resolve, 1))
        }
      })(),
    )
    expect(libvirtCodeOf(await failure(pipeline(endless, stream)))).toBe('system_error')
  })
})

describe('a console', () => {
  test('takes keys, shows what comes, and closes when the guest goes', async () => {
    await connected(() => {
      daemon.onOther((frame, peer) => {
        if (frame.status === status.ok) return peer.send(packet(frame, status.ok))
        peer.send(packet(frame, status.more, `you typed ${frame.body.toString()}`))
        if (frame.body.toString() === 'exit') peer.send(packet(frame, status.more))
      })
    })
    const { stream } = await client.domainOpenConsole({ dom: { uuid: '6695eb01-f6a4-8304-79aa-97f2502e193f' } })
    const shown: string[] = []
    stream.on('data', (chunk: Buffer) => shown.push(chunk.toString()))
    stream.write('a')
    await expect.poll(() => shown).toEqual(['you typed a'])
    const closed = once(stream, 'close')
    stream.write('exit')
    await closed
    expect(shown.join('|')).toBe('you typed a|you typed exit')
  })
})
