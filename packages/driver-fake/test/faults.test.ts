import { describe, expect, it } from 'vitest'
import { millis } from '@novakit/core'
import type { Fault, FaultPlan } from '../src/index.ts'
import { chance, times } from '../src/index.ts'
import { opened, orderOn, server, watch } from './kit.ts'

const order = orderOn('a')
const numbered = (count: number): readonly (typeof order)[] =>
  Array.from({ length: count }, (_, index) => orderOn('a', { server: server(`server-${index}`) }))

describe('a planned fault', () => {
  it('throws before the call does anything, with the help that it was given', async () => {
    const { host, world } = await opened({ faults: { spawn: { kind: 'error', help: 'never' } } })
    await expect(host.spawn(order)).rejects.toMatchObject({ code: 'fake.injected', help: 'never' })
    expect(world.guests()).toEqual([])
    expect(world.calls().at(-1)).toMatchObject({
      outcome: 'failed',
      fault: 'error',
      problem: 'fake.injected',
      steps: [],
    })
  })

  it('throws an error of somebody else’s where one is given', async () => {
    const thrown = new RangeError('not ours')
    const { host, world } = await opened({ faults: { 'power.on': { kind: 'error', thrown } } })
    await host.spawn(order)
    await expect(host.power.on(order)).rejects.toBe(thrown)
    expect(world.calls().at(-1)?.problem).toBe('internal.unexpected')
  })

  it('leaves the parts behind that came before it, which the next spawn completes', async () => {
    const { host, world } = await opened({ faults: { spawn: times(1, { kind: 'error', at: 'define' }) } })
    await expect(host.spawn(order)).rejects.toThrow()
    expect(world.leftovers()).toMatchObject([{ server: order.server, defined: false, disks: [{ role: 'root' }] }])
    expect(await host.list()).toEqual([])
    await host.spawn(order)
    expect(world.guests()).toMatchObject([{ defined: true, power: 'running', disks: [{ generation: 1 }] }])
  })

  it('can leave a guest defined and not started, which is listed as shut down', async () => {
    const { host } = await opened({ faults: { spawn: times(1, { kind: 'error', at: 'start' }) } })
    await expect(host.spawn(order)).rejects.toThrow()
    expect(await host.list()).toMatchObject([{ server: order.server, epoch: 1, power: 'shutdown' }])
  })

  it('can break off a destroy in its midst, and the next one cleans up', async () => {
    const { host, world } = await opened({ faults: { destroy: times(1, { kind: 'error', at: 'clean' }) } })
    await host.spawn(order)
    await expect(host.destroy(order, {})).rejects.toThrow()
    expect(await host.list()).toEqual([])
    expect(world.leftovers()).toHaveLength(1)
    await host.destroy(order, {})
    expect(world.guests()).toEqual([])
  })

  it('takes away a part that a broken-off spawn left, though nothing is listed', async () => {
    const { host, world } = await opened({ faults: { spawn: { kind: 'error', at: 'define' } } })
    await expect(host.spawn(order)).rejects.toThrow()
    await host.destroy(order, {})
    expect(world.guests()).toEqual([])
  })

  it('throws after the whole effect', async () => {
    const { host, world } = await opened({ faults: { spawn: times(1, { kind: 'error-after-effect', help: 'same' }) } })
    await expect(host.spawn(order)).rejects.toMatchObject({ help: 'same' })
    expect(world.guest(order.server)?.power).toBe('running')
    await host.spawn(order)
    expect(world.guests()).toHaveLength(1)
  })

  it('says that all went well and does nothing', async () => {
    const { host, world } = await opened({ faults: { destroy: times(1, { kind: 'no-effect' }) } })
    await host.spawn(order)
    await host.destroy(order, {})
    expect(world.guest(order.server)?.power).toBe('running')
    await host.destroy(order, {})
    expect(world.guests()).toEqual([])
  })

  it('hangs until the signal aborts, and leaves what was made before', async () => {
    const { host, world, settle } = await opened({ faults: { spawn: { kind: 'hang', at: 'start' } } })
    const controller = new AbortController()
    const spawned = watch(host.spawn(order, controller.signal))
    await settle()
    expect(spawned.state()).toBe('pending')
    expect(world.waiting()).toMatchObject([{ name: 'spawn', server: order.server, waits: 'hanging' }])
    controller.abort(new Error('too long'))
    await settle()
    expect(spawned.state()).toMatchObject({
      failed: { code: 'fake.aborted', help: 'same', cause: new Error('too long') },
    })
    expect(world.waiting()).toEqual([])
    expect(await host.list()).toMatchObject([{ power: 'shutdown' }])
  })

  it('hangs until it is released, and then does its work', async () => {
    const { host, world, settle } = await opened({ faults: { spawn: { kind: 'hang' } } })
    const spawned = watch(host.spawn(order))
    await settle()
    await world.release(world.waiting()[0]!)
    expect(spawned.state()).toBe('done')
    expect(world.guest(order.server)?.power).toBe('running')
  })

  it('can hang after the effect, when only the answer is missing', async () => {
    const { host, world, settle } = await opened({ faults: { spawn: { kind: 'hang', at: 'end' } } })
    const spawned = watch(host.spawn(order))
    await settle()
    expect(spawned.state()).toBe('pending')
    expect(world.guest(order.server)?.power).toBe('running')
  })

  it('has its effect late, after the caller was told that it failed', async () => {
    const { host, world, clock } = await opened({ faults: { spawn: times(1, { kind: 'late-effect', after: 500 }) } })
    await expect(host.spawn(order)).rejects.toMatchObject({ help: 'elsewhere' })
    await clock.advance(millis(499))
    expect(world.guests()).toEqual([])
    await clock.advance(millis(1))
    expect(world.guest(order.server)?.power).toBe('running')
  })

  it('has its late effect when the test says so, even if the agent is gone', async () => {
    const { host, world } = await opened({ faults: { spawn: times(1, { kind: 'late-effect' }) } })
    await expect(host.spawn(order)).rejects.toThrow()
    await host.close()
    expect(world.waiting()).toMatchObject([{ waits: 'late' }])
    await world.release(world.waiting()[0]!)
    expect(world.guest(order.server)?.power).toBe('running')
  })

  it('can make a late destroy meet the guest of a newer epoch, which is a violation', async () => {
    const { host, world } = await opened({ faults: { destroy: times(1, { kind: 'late-effect' }) } })
    await host.spawn(order)
    await expect(host.destroy(order, {})).rejects.toThrow()
    await host.destroy(order, {})
    await host.spawn({ ...order, epoch: 2 })
    await world.release(world.waiting()[0]!)
    expect(world.guests()).toEqual([])
    expect(world.violations()).toMatchObject([{ kind: 'stale_command', call: 'destroy', epoch: 1, current: 2 }])
  })

  it('strikes reads as well as writes', async () => {
    const { host } = await opened({
      faults: { list: times(1, { kind: 'error' }), inventory: times(1, { kind: 'error' }) },
    })
    await expect(host.list()).rejects.toThrow()
    await expect(host.inventory()).rejects.toThrow()
    expect(await host.list()).toEqual([])
  })

  it('strikes the opening, and a later opening succeeds', async () => {
    const { driver } = await opened()
    driver.world.inject({ call: 'open', fault: { kind: 'error', help: 'later' } })
    await expect(opened({ world: driver.world })).rejects.toMatchObject({ help: 'later' })
    await opened({ world: driver.world })
  })
})

describe('a plan of faults', () => {
  const outcomes = async (plan: FaultPlan, count: number, seed = 'a'): Promise<string> => {
    const { host } = await opened({ faults: { spawn: plan } }, 'a', seed)
    const calls = numbered(count).map((one) => host.spawn(one))
    return (await Promise.allSettled(calls)).map(({ status }) => (status === 'fulfilled' ? '.' : 'x')).join('')
  }
  const fault: Fault = { kind: 'error' }

  it('as one fault strikes every call', async () => {
    expect(await outcomes(fault, 4)).toBe('xxxx')
  })

  it('as times(n) strikes the first n', async () => {
    expect(await outcomes(times(2, fault), 4)).toBe('xx..')
  })

  it('as a script goes call by call', async () => {
    expect(await outcomes([null, fault, null, fault], 5)).toBe('.x.x.')
  })

  it('as a function sees the call', async () => {
    expect(await outcomes((call) => (call.nth % 2 === 0 ? fault : null), 4)).toBe('.x.x')
  })

  it('as chance strikes by the seed, the same again for the same seed', async () => {
    const first = await outcomes(chance(0.5, fault), 40, 'one')
    expect(first).toContain('x')
    expect(first).toContain('.')
    expect(await outcomes(chance(0.5, fault), 40, 'one')).toBe(first)
    expect(await outcomes(chance(0.5, fault), 40, 'two')).not.toBe(first)
  })

  it('counts calls host by host', async () => {
    const first = await opened({ faults: { spawn: times(1, fault) } }, 'a')
    const second = await opened({ world: first.world, faults: { spawn: times(1, fault) } }, 'b')
    const there = orderOn('b', { server: server('other') })
    await expect(first.host.spawn(order)).rejects.toThrow()
    await expect(second.host.spawn(there)).rejects.toThrow()
    await first.host.spawn(order)
    await second.host.spawn(there)
  })

  it('goes on counting when the driver is opened again', async () => {
    const options = { faults: { spawn: times(2, fault) } }
    const first = await opened(options)
    await expect(first.host.spawn(order)).rejects.toThrow()
    const again = await opened({ ...options, world: first.world })
    await expect(again.host.spawn(order)).rejects.toThrow()
    await again.host.spawn(order)
  })

  it('may be one function for all calls, which knows how often a server was tried', async () => {
    const { host } = await opened({
      faults: ({ name, attempt }) => (name === 'spawn' && attempt === 1 ? { kind: 'error' } : null),
    })
    for (const one of numbered(2)) {
      await expect(host.spawn(one)).rejects.toThrow()
      await host.spawn(one)
    }
  })
})

describe('an injected fault', () => {
  it('comes before the plan, strikes as often as told, and only what fits', async () => {
    const { host, world } = await opened()
    const [first, second] = numbered(2)
    world.inject({ call: 'spawn', fault: { kind: 'error', help: 'later' }, server: second!.server, times: 2 })
    await host.spawn(first!)
    await expect(host.spawn(second!)).rejects.toMatchObject({ help: 'later' })
    await expect(host.spawn(second!)).rejects.toMatchObject({ help: 'later' })
    await host.spawn(second!)
  })

  it('can be meant for one host', async () => {
    const { host, world } = await opened()
    world.inject({ call: 'list', host: 'b' as never, fault: { kind: 'error' } })
    expect(await host.list()).toEqual([])
  })
})
