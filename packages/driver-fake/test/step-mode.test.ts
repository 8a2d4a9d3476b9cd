import { describe, expect, it } from 'vitest'
import { opened, orderOn, server, watch } from './kit.ts'

const first = orderOn('a', { server: server('first') })
const second = orderOn('a', { server: server('second') })

describe('step mode', () => {
  it('keeps every call waiting until it is its turn, oldest first', async () => {
    const { host, world, settle } = await opened({ mode: 'step' })
    const calls = [watch(host.spawn(first)), watch(host.spawn(second)), watch(host.list())]
    await settle()
    expect(calls.map((call) => call.state())).toEqual(['pending', 'pending', 'pending'])
    expect(world.waiting().map(({ name, waits }) => [name, waits])).toEqual([
      ['spawn', 'queued'],
      ['spawn', 'queued'],
      ['list', 'queued'],
    ])
    expect(world.guests()).toEqual([])
    expect(await world.step()).toMatchObject({ name: 'spawn', server: 'first' })
    expect(calls.map((call) => call.state())).toEqual(['done', 'pending', 'pending'])
    expect(world.guests()).toMatchObject([{ server: 'first', power: 'running' }])
  })

  it('lets the test choose who goes on', async () => {
    const { host, world, settle } = await opened({ mode: 'step' })
    const calls = [watch(host.spawn(first)), watch(host.destroy(first, {}))]
    await settle()
    await world.release(world.waiting()[1]!)
    expect(calls.map((call) => call.state())).toEqual(['pending', 'done'])
    await world.release(world.waiting()[0]!.id)
    expect(world.guests()).toMatchObject([{ server: 'first' }])
  })

  it('answers null when nothing waits, and refuses to release what does not', async () => {
    const { world } = await opened({ mode: 'step' })
    expect(await world.step()).toBeNull()
    await expect(world.release(77)).rejects.toMatchObject({ code: 'fake.unknown_call' })
  })

  it('drains calls that come up while it goes', async () => {
    const { host, world, settle } = await opened({ mode: 'step' })
    const work = watch(host.spawn(first).then(() => host.power.off(first, null)))
    await settle()
    expect(await world.drain()).toBe(2)
    expect(work.state()).toBe('done')
  })

  it('can hold back some calls only', async () => {
    const { host, world, settle } = await opened({ mode: { step: ['spawn'] } })
    expect(await host.list()).toEqual([])
    const spawned = watch(host.spawn(first))
    await settle()
    expect(spawned.state()).toBe('pending')
    await world.step()
    expect(spawned.state()).toBe('done')
  })

  it('stops stepping at a hang between two steps, where the guest is half made', async () => {
    const { host, world, settle } = await opened({ mode: 'step', faults: { spawn: { kind: 'hang', at: 'define' } } })
    const spawned = watch(host.spawn(first))
    await settle()
    await world.step()
    expect(world.waiting()).toMatchObject([{ waits: 'hanging' }])
    expect(world.leftovers()).toHaveLength(1)
    expect(await world.step()).toBeNull()
    await world.release(world.waiting()[0]!)
    expect(spawned.state()).toBe('done')
  })

  it('breaks a waiting call off when its signal aborts', async () => {
    const { host, world, settle } = await opened({ mode: 'step' })
    const controller = new AbortController()
    const spawned = watch(host.spawn(first, controller.signal))
    await settle()
    controller.abort()
    await settle()
    expect(spawned.state()).toMatchObject({ failed: { code: 'fake.aborted' } })
    expect(world.waiting()).toEqual([])
  })

  it('fails waiting calls when the driver is closed', async () => {
    const { host, settle } = await opened({ mode: 'step' })
    const spawned = watch(host.spawn(first))
    await settle()
    await host.close()
    await settle()
    expect(spawned.state()).toMatchObject({ failed: { code: 'fake.closed' } })
  })

  it('never answers a waiting call whose agent has crashed', async () => {
    const { host, world, settle } = await opened({ mode: 'step' })
    const spawned = watch(host.spawn(first))
    await settle()
    world.crash('a' as never)
    await settle()
    expect(spawned.state()).toBe('pending')
    expect(world.waiting()).toEqual([])
    expect(world.calls().at(-1)).toMatchObject({ name: 'spawn', outcome: 'lost' })
  })
})
