import { chmod, lstat, mkdir, readdir, rename, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { millis, seconds, type Millis } from '../../src/domain/unit/units.ts'
import type { Clock } from '../../src/ports/clock.ts'
import { systemClock } from '../../src/system/clock.ts'
import { seededRandom } from '../../src/system/random.ts'
import { describeTransport } from '../../src/testing/transport.ts'
import { unixSocket, type UnixSocket } from '../../src/transport/index.ts'
import { envelope, eventually, kill, openHouse, type House } from './fixtures/house.ts'

describeTransport('unixSocket, hub and leaf', {
  make: async () => {
    const house = await openHouse()
    const [a, b] = [house.end('hub'), house.end('leaf')]
    await a.open()
    return { a, b, close: house.close }
  },
})

describeTransport('unixSocket, two leaves of a hub', {
  make: async () => {
    const house = await openHouse()
    await house.end('hub').open()
    return { a: house.end('leaf'), b: house.end('auto'), close: house.close }
  },
})

let house: House
beforeEach(async () => {
  house = await openHouse()
})
afterEach(() => house.close())

const codeOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'ok',
    (error: { code: string }) => error.code,
  )

describe('the socket file', () => {
  const mode = async (file: string): Promise<number> => (await lstat(file)).mode & 0o777

  it('has mode 0600, in a folder of mode 0700 that is made when it is missing', async () => {
    const socket = path.join(house.folder, 'deep', 'er', 'bus')
    await house.end('hub', { path: socket }).open()
    expect(await mode(socket)).toBe(0o600)
    expect(await mode(path.dirname(socket))).toBe(0o700)
    expect(await mode(path.dirname(path.dirname(socket)))).toBe(0o700)
  })

  it('is gone after the hub is closed, and nothing else is left', async () => {
    const hub = house.end('hub')
    await hub.open()
    expect(await readdir(house.folder)).toEqual(['bus'])
    await hub.close()
    expect(await readdir(house.folder)).toEqual([])
  })

  it('is refused in a folder that others may enter, by hub and leaf', async () => {
    await chmod(house.folder, 0o750)
    for (const role of ['hub', 'leaf', 'auto'] as const)
      await expect(house.end(role).open()).rejects.toMatchObject({
        code: 'unix_socket.unusable',
        message: expect.stringContaining('0700'),
      })
  })

  it('is refused where a file stands that is no socket, and that file stays', async () => {
    await writeFile(house.socket, 'precious')
    await expect(house.end('hub').open()).rejects.toMatchObject({ code: 'unix_socket.unusable' })
    expect((await stat(house.socket)).size).toBe(8)
    expect(await readdir(house.folder)).toEqual(['bus'])
  })

  it('is refused with a path longer than a socket can have', async () => {
    const socket = path.join(house.folder, 'x'.repeat(100))
    await expect(house.end('hub', { path: socket }).open()).rejects.toMatchObject({
      code: 'unix_socket.unusable',
      message: expect.stringContaining('bytes'),
    })
  })

  it('of a hub that closes is left alone when it is not its own any more', async () => {
    const hub = house.end('hub')
    await hub.open()
    await mkdir(path.join(house.folder, 'kept'), { mode: 0o700 })
    await rename(house.socket, path.join(house.folder, 'kept', 'bus'))
    const next = house.end('hub')
    await next.listen('here', async () => 'next')
    await hub.close()
    expect(await house.end('leaf').request('here', envelope(null))).toBe('next')
  })
})

describe('two hubs', () => {
  it('on one path are refused, and the first is not disturbed', async () => {
    const first = house.end('hub')
    await first.listen('here', async () => 'first')
    const second = house.end('hub')
    await expect(second.listen('here', async () => 'second')).rejects.toMatchObject({ code: 'unix_socket.in_use' })
    await expect(second.request('here', envelope(null))).rejects.toMatchObject({ code: 'unix_socket.in_use' })
    const leaf = house.end('leaf')
    expect(await leaf.request('here', envelope(null))).toBe('first')
    expect(await leaf.request('here', envelope(null))).toBe('first')
  })

  it('may follow each other: the refused one opens once the first has closed', async () => {
    const [first, second] = [house.end('hub'), house.end('hub')]
    await first.open()
    await expect(second.open()).rejects.toMatchObject({ code: 'unix_socket.in_use' })
    await first.close()
    await second.open()
    expect((await stat(house.socket)).isSocket()).toBe(true)
  })

  it('of many that start at once over a stale socket, one wins', async () => {
    for (let round = 0; round < 5; round++) {
      await kill(await house.child({ role: 'hub' }))
      const hubs = Array.from({ length: 8 }, () => house.end('hub'))
      const ends = await Promise.all(hubs.map((hub) => codeOf(hub.open())))
      expect(ends.toSorted()).toEqual(['ok', ...Array.from({ length: 7 }, () => 'unix_socket.in_use')].toSorted())
      const winner = hubs[ends.indexOf('ok')]
      await winner?.listen('here', async () => 'winner')
      expect(await house.end('leaf').request('here', envelope(null))).toBe('winner')
      await Promise.all(hubs.map((hub) => hub.close()))
      expect(await readdir(house.folder)).toEqual([])
    }
  })
})

describe('a leaf without a hub', () => {
  it('opens and listens, and is reached once there is a hub', async () => {
    const leaf = house.end('leaf')
    await leaf.open()
    await leaf.listen('host/a', async () => 'taken')
    const hub = house.end('hub')
    await hub.open()
    expect(await eventually(() => hub.request('host/a', envelope(null)))).toBe('taken')
  })

  it('keeps a request until a hub comes', async () => {
    const answer = codeOf(house.end('leaf').request('conductor', envelope('x')))
    await systemClock.sleep(millis(100))
    await house.end('hub').listen('conductor', async ({ payload }) => payload)
    expect(await answer).toBe('ok')
  })

  it('keeps a request no longer than its deadline', async () => {
    const answer = house.end('leaf').request('conductor', envelope('x', millis(100)))
    expect(await codeOf(answer)).toBe('transport.timeout')
  })

  it('fails a request at once where that was chosen', async () => {
    const leaf = house.end('leaf', { whenAway: 'refuse' })
    const before = systemClock.now()
    expect(await codeOf(leaf.request('conductor', envelope('x')))).toBe('transport.unreachable')
    expect(systemClock.now() - before).toBeLessThan(5000)
  })

  it('keeps no more requests than it may', async () => {
    const leaf = house.end('leaf', { maxWaiting: 3 })
    const answers = Array.from({ length: 4 }, () => codeOf(leaf.request('conductor', envelope('x'))))
    expect(await answers[3]).toBe('transport.busy')
    await leaf.close()
    expect(await Promise.all(answers.slice(0, 3))).toEqual(Array.from({ length: 3 }, () => 'transport.closed'))
  })

  it('tries again after waits that double up to the longest, each shortened by chance', async () => {
    const waits: Millis[] = []
    const enough = Promise.withResolvers<void>()
    const clock: Clock = {
      ...systemClock,
      sleep: (span, signal) => {
        waits.push(span)
        if (waits.length === 8) enough.resolve()
        return systemClock.sleep(waits.length < 8 ? millis(0) : span, signal)
      },
    }
    const reconnect = { first: millis(100), most: seconds(2) }
    const leaf = house.end('leaf', { clock, random: seededRandom('leaf'), reconnect })
    await leaf.open()
    await enough.promise
    const longest = [100, 200, 400, 800, 1600, 2000, 2000, 2000]
    waits.slice(0, 8).forEach((wait, nth) => {
      expect(wait).toBeLessThanOrEqual(longest[nth] ?? 0)
      expect(wait).toBeGreaterThanOrEqual((longest[nth] ?? 0) / 2)
    })
    expect(new Set(waits.slice(5, 8)).size).toBe(3)
  })
})

describe('an auto end', () => {
  it('is the hub where there is none, and a leaf where there is one', async () => {
    const [one, two] = [house.end('auto'), house.end('auto')]
    await one.listen('one', async () => 'one')
    await two.listen('two', async () => 'two')
    expect(await one.request('two', envelope(null))).toBe('two')
    expect(await two.request('one', envelope(null))).toBe('one')
  })

  it('becomes the hub when the hub goes, with its listeners and what it waits for', async () => {
    // The third comes back last, so that the second has nobody to pass its request on to when it becomes the hub.
    const slow = { first: millis(200), most: millis(200) }
    const ends = ['one', 'two', 'three'].map((name) => ({
      name,
      end: house.end('auto', { name, ...(name === 'three' ? { reconnect: slow } : {}) }),
    }))
    const listen = async (end: UnixSocket, name: string): Promise<void> => {
      await end.listen(name, async ({ payload }) => {
        await systemClock.sleep(millis(payload as number))
        return name
      })
    }
    for (const { name, end } of ends) await listen(end, name)
    const [one, two, three] = ends
    const underWay = two?.end.request('three', envelope(50))
    await systemClock.sleep(millis(10))
    await one?.end.close()
    expect(await underWay).toBe('three')
    expect(await eventually(() => two!.end.request('three', envelope(0)))).toBe('three')
    expect(await eventually(() => three!.end.request('two', envelope(0)))).toBe('two')
    expect(await codeOf(two!.end.request('one', envelope(0)))).toBe('transport.unreachable')
  })

  it('can be closed at any moment of its opening', async () => {
    for (let wait = 0; wait < 10; wait++) {
      const end = unixSocket({ path: house.socket, role: 'auto' })
      const opening = codeOf(end.open())
      await systemClock.sleep(millis(wait))
      await end.close()
      expect(['ok', 'transport.closed']).toContain(await opening)
      expect(await readdir(house.folder)).toEqual([])
    }
  })
})

describe('closing', () => {
  it('answers what was already handled', async () => {
    const [hub, leaf] = [house.end('hub'), house.end('leaf')]
    await hub.listen('here', async () => 'x'.repeat(1_000_000))
    const answers = Promise.all([1, 2, 3].map(() => leaf.request('here', envelope(null))))
    await leaf.request('here', envelope(null))
    await hub.close()
    expect((await answers).map(String).map((text) => text.length)).toEqual([1_000_000, 1_000_000, 1_000_000])
  })

  it('of one of two listeners in a process leaves the other', async () => {
    const [hub, leaf] = [house.end('hub'), house.end('leaf')]
    await hub.open()
    const first = await leaf.listen('here', async () => 'first')
    await leaf.listen('here', async () => 'second')
    await first.close()
    expect(await hub.request('here', envelope(null))).toBe('second')
    expect(await hub.request('here', envelope(null))).toBe('second')
  })
})
