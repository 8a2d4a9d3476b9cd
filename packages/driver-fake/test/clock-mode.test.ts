import { describe, expect, it } from 'vitest'
import { millis } from '@novakit/core'
import type { GuestEvent } from '@novakit/core'
import type { FakeDriverOptions } from '../src/index.ts'
import { opened, orderOn, server, watch } from './kit.ts'

const order = orderOn('a')

describe('latency', () => {
  it('passes on the clock of the environment before a call has its effect', async () => {
    const { host, world, clock } = await opened({ latency: { spawn: 100 } })
    const spawned = watch(host.spawn(order))
    await clock.advance(millis(99))
    expect(spawned.state()).toBe('pending')
    expect(world.guests()).toEqual([])
    await clock.advance(millis(1))
    expect(spawned.state()).toBe('done')
  })

  it('can lie between the steps of a call', async () => {
    const { host, world, clock, settle } = await opened({ latency: { 'spawn.define': 10, 'spawn.start': 20 } })
    const spawned = watch(host.spawn(order))
    await settle()
    await clock.advance(millis(9))
    expect(world.leftovers()).toHaveLength(1)
    await clock.advance(millis(1))
    expect(world.guest(order.server)).toMatchObject({ defined: true, power: 'shutdown' })
    await clock.advance(millis(20))
    expect(spawned.state()).toBe('done')
  })

  it('has a default for calls that are not named', async () => {
    const { host, clock } = await opened({ latency: { open: 0, spawn: 0, default: 30 } })
    await host.spawn(order)
    const listed = watch(host.list())
    await clock.advance(millis(29))
    expect(listed.state()).toBe('pending')
    await clock.advance(millis(1))
    expect(listed.state()).toBe('done')
  })

  it('is drawn from its range, both ends included, the same again for the same seed', async () => {
    const spans = async (seed: string): Promise<readonly number[]> => {
      const options: FakeDriverOptions = { latency: { list: { min: 3, max: 6 } } }
      const { host, world, clock } = await opened(options, 'a', seed)
      for (let time = 0; time < 40; time++) {
        void host.list()
        await clock.advance(millis(10))
      }
      return world
        .calls()
        .flatMap(({ name, at, endedAt }) => (name === 'list' && endedAt !== null ? [endedAt - at] : []))
    }
    const first = await spans('one')
    expect(new Set(first)).toEqual(new Set([3, 4, 5, 6]))
    expect(await spans('one')).toEqual(first)
    expect(await spans('two')).not.toEqual(first)
  })

  it('ends at once when the signal aborts', async () => {
    const { host, world, settle } = await opened({ latency: { spawn: 1_000_000 } })
    const controller = new AbortController()
    const spawned = watch(host.spawn(order, controller.signal))
    await settle()
    controller.abort()
    await settle()
    expect(spawned.state()).toMatchObject({ failed: { code: 'fake.aborted' } })
    expect(world.guests()).toEqual([])
  })
})

describe('a graceful shut-down', () => {
  const offAfter = async (options: FakeDriverOptions, patience: number): Promise<number> => {
    const { host, world, clock, settle } = await opened(options)
    await host.spawn(order)
    const off = watch(host.power.off(order, millis(patience)))
    await settle()
    let passed = 0
    for (; passed < 10_000 && off.state() === 'pending'; passed += 10) await clock.advance(millis(10))
    expect(world.guest(order.server)?.power).toBe('shutdown')
    return passed
  }

  it('takes as long as the guest needs', async () => {
    expect(await offAfter({ shutdown: 200 }, 1000)).toBe(200)
  })

  it('ends with the plug when the guest needs longer than there is time', async () => {
    expect(await offAfter({ shutdown: 5000 }, 1000)).toBe(1000)
    expect(await offAfter({ shutdown: 'never' }, 1000)).toBe(1000)
  })
})

describe('events', () => {
  const heardOn = async (
    options: FakeDriverOptions,
  ): Promise<{ heard: GuestEvent[] } & Awaited<ReturnType<typeof opened>>> => {
    const fake = await opened(options)
    const heard: GuestEvent[] = []
    fake.host.events((event) => heard.push(event))
    return { ...fake, heard }
  }
  const kinds = (heard: readonly GuestEvent[]): readonly string[] => heard.map(({ kind }) => kind)

  it('tell of every change of power, whoever caused it', async () => {
    const { host, world, heard, settle } = await heardOn({})
    await host.spawn(order)
    await host.pause?.pause(order)
    await host.pause?.unpause(order)
    await host.suspend?.suspend(order)
    await host.suspend?.resume(order)
    world.kill(order.server)
    world.powerOn(order.server)
    await host.power.off(order, null)
    await host.power.off(order, null)
    await settle()
    expect(kinds(heard)).toEqual([
      'started',
      'paused',
      'resumed',
      'suspended',
      'resumed',
      'stopped',
      'started',
      'stopped',
    ])
  })

  it('can all be lost, or a share of them by the seed, or those that a function picks', async () => {
    const count = async (options: FakeDriverOptions): Promise<number> => {
      const { host, heard, settle } = await heardOn(options)
      await host.spawn(order)
      for (let time = 0; time < 20; time++) {
        await host.power.off(order, null)
        await host.power.on(order)
      }
      await settle()
      return heard.length
    }
    expect(await count({})).toBe(41)
    expect(await count({ loseEvents: true })).toBe(0)
    const some = await count({ loseEvents: 0.5 })
    expect(some).toBeGreaterThan(5)
    expect(some).toBeLessThan(36)
    expect(await count({ loseEvents: ({ kind }) => kind === 'stopped' })).toBe(21)
  })

  it('can be lost at the word of the test', async () => {
    const { host, world, heard, settle } = await heardOn({})
    await host.spawn(order)
    await settle()
    world.loseEvents(world.guest(order.server)!.host, 1)
    world.kill(order.server)
    world.powerOn(order.server)
    await settle()
    expect(kinds(heard)).toEqual(['started', 'started'])
    expect(await host.power.state(order)).toBe('running')
  })

  it('come late, dated when it happened', async () => {
    const { host, heard, clock } = await heardOn({ eventDelay: 500 })
    const at = clock.now()
    await host.spawn(order)
    await clock.advance(millis(499))
    expect(heard).toEqual([])
    await clock.advance(millis(1))
    expect(heard).toEqual([{ server: order.server, kind: 'started', at }])
  })

  it('overtake each other when their delay is a range', async () => {
    const { host, heard, clock } = await heardOn({ eventDelay: { min: 1, max: 100 } })
    await host.spawn(order)
    for (let time = 0; time < 10; time++) {
      await host.power.off(order, null)
      await clock.advance(millis(1))
      await host.power.on(order)
      await clock.advance(millis(1))
    }
    await clock.advance(millis(100))
    const dates = heard.map(({ at }) => at)
    expect(dates).toHaveLength(21)
    expect(dates).not.toEqual(dates.toSorted((a, b) => a - b))
  })

  it('reach the other listeners when one of them throws', async () => {
    const { host, heard, settle } = await heardOn({})
    host.events(() => {
      throw new Error('a bad listener')
    })
    const later: GuestEvent[] = []
    host.events((event) => later.push(event))
    await host.spawn(order)
    await settle()
    expect([heard.length, later.length]).toEqual([1, 1])
  })

  it('are not told of guests that are not ours', async () => {
    const { world, heard, settle } = await heardOn({})
    world.defineForeign({ host: 'a' as never, server: server('foreign') })
    world.kill(server('foreign'))
    await settle()
    expect(heard).toEqual([])
  })
})
