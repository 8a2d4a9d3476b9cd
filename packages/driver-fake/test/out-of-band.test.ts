import { describe, expect, it } from 'vitest'
import { millis } from '@novakit/core'
import { fakeWorld } from '../src/index.ts'
import { hostName, opened, orderOn, server, watch } from './kit.ts'

const order = orderOn('a')
const A = hostName('a')

describe('behind the agent’s back', () => {
  it('guests die, shut themselves down, are started and removed by hand', async () => {
    const { host, world } = await opened()
    await host.spawn(order)
    world.kill(order.server)
    expect(await host.power.state(order)).toBe('crashed')
    world.powerOn(order.server)
    expect(await host.power.state(order)).toBe('running')
    world.powerOff(order.server)
    expect(await host.power.state(order)).toBe('shutdown')
    world.remove(order.server)
    expect(await host.list()).toEqual([])
    expect(() => world.kill(order.server)).toThrow('There is no guest')
  })

  it('a foreign guest takes room and is not listed; one with our mark is listed under its epoch', async () => {
    const { host, world } = await opened({ memory: 1 as never })
    world.defineForeign({ host: A, server: server('theirs'), footprint: { MEMORY_MB: 1000 } })
    world.defineForeign({ host: A, server: server('lost'), epoch: 4, power: 'shutdown' })
    expect(await host.list()).toEqual([{ server: 'lost', node: 'a', epoch: 4, power: 'shutdown' }])
    await expect(host.spawn(order)).rejects.toMatchObject({ code: 'fake.no_room' })
  })

  it('a lost disk keeps the guest from starting, and destroy still works', async () => {
    const { host, world } = await opened()
    await host.spawn(order)
    world.corrupt(order.server, 'disk')
    await host.power.off(order, null)
    await expect(host.power.on(order)).rejects.toMatchObject({ code: 'fake.broken', help: 'elsewhere' })
    world.corrupt(order.server, null)
    await host.power.on(order)
    world.corrupt(order.server, 'disk')
    await host.destroy(order, {})
    expect(world.guests()).toEqual([])
  })

  it('an unreadable definition is listed without a power state, fails calls, and can be destroyed', async () => {
    const { host, world } = await opened()
    await host.spawn(order)
    world.corrupt(order.server, 'definition')
    expect(await host.list()).toMatchObject([{ server: order.server, power: 'nostate' }])
    await expect(host.power.state(order)).rejects.toMatchObject({ code: 'fake.broken' })
    await host.destroy(order, {})
    expect(await host.list()).toEqual([])
  })

  it('a server in several places must be named with its host', async () => {
    const world = fakeWorld()
    const a = await opened({ world }, 'a')
    const b = await opened({ world }, 'b')
    await a.host.spawn({ ...order, powerOn: false })
    await b.host.spawn(orderOn('b', { powerOn: false }))
    expect(() => world.guest(order.server)).toThrow('in several places')
    world.powerOn(order.server, A)
    expect(world.guest(order.server)?.host).toBe('a')
  })

  it('a host that nobody opened is not known', () => {
    expect(() => fakeWorld().crash(A)).toThrow('no host a')
  })
})

describe('a crash of the agent', () => {
  it('stops a spawn between two steps, for ever, and a new agent finds the part', async () => {
    const { host, world, clock, settle } = await opened({ latency: { 'spawn.define': 100 } })
    const spawned = watch(host.spawn(order))
    await settle()
    await clock.advance(millis(50))
    world.crash(A)
    await clock.advance(millis(1000))
    expect(spawned.state()).toBe('pending')
    expect(world.leftovers()).toHaveLength(1)
    expect(world.calls().at(-1)).toMatchObject({ name: 'spawn', outcome: 'lost', steps: ['disk'] })
    const again = await opened({ world })
    await again.host.spawn(order)
    expect(world.guests()).toMatchObject([{ power: 'running', disks: [{ generation: 1 }] }])
  })

  it('leaves guests running and tells a dead agent nothing more', async () => {
    const { host, world, settle } = await opened()
    const heard: unknown[] = []
    await host.spawn(order)
    await settle()
    host.events((event) => heard.push(event))
    world.crash(A)
    world.kill(order.server)
    await settle()
    expect(heard).toEqual([])
    const again = await opened({ world })
    expect(await again.host.list()).toMatchObject([{ power: 'crashed' }])
  })
})

describe('a power cut', () => {
  it('stops all guests without a word and makes the host unreachable until it is back', async () => {
    const { host, world, settle } = await opened()
    const heard: unknown[] = []
    await host.spawn(order)
    await settle()
    host.events((event) => heard.push(event))
    world.cutPower(A)
    await settle()
    expect(heard).toEqual([])
    expect(world.guest(order.server)?.power).toBe('shutdown')
    await expect(host.list()).rejects.toMatchObject({ code: 'host.unreachable' })
    await expect(opened({ world })).rejects.toMatchObject({ code: 'host.unreachable' })
    world.restorePower(A)
    expect(await host.list()).toMatchObject([{ power: 'shutdown' }])
  })

  it('is what fencing does, with a proof', async () => {
    const { host, world } = await opened()
    await host.spawn(order)
    expect(await world.fencing.fence(A)).toEqual({ proof: 'fake power switch of a: off' })
    expect(world.powerChanges(order.server)).toMatchObject([{ running: true }, { running: false }])
  })

  it('catches a call under way', async () => {
    const { host, world, clock } = await opened({ latency: { spawn: 100 } })
    const spawned = watch(host.spawn(order))
    await clock.advance(millis(50))
    world.cutPower(A)
    await clock.advance(millis(50))
    expect(spawned.state()).toMatchObject({ failed: { code: 'host.unreachable', help: 'later' } })
    expect(world.guests()).toEqual([])
  })
})

describe('a closed driver', () => {
  it('refuses calls and hears no events', async () => {
    const { host, world, settle } = await opened()
    const heard: unknown[] = []
    host.events((event) => heard.push(event))
    await host.spawn(order)
    await settle()
    await host.close()
    world.kill(order.server)
    await settle()
    expect(heard).toHaveLength(1)
    await expect(host.list()).rejects.toMatchObject({ code: 'fake.closed' })
  })

  it('does not disturb a twin that was opened for the same host', async () => {
    const one = await opened()
    const twin = await opened({ world: one.world })
    await one.host.close()
    await twin.host.spawn(order)
    expect(await twin.host.list()).toHaveLength(1)
  })
})
