import { describe, expect, it } from 'vitest'
import { millis } from '@novakit/core'
import type { ServerId } from '@novakit/core'
import { fakeWorld } from '../src/index.ts'
import type { FakeWorld } from '../src/index.ts'
import { hostName, opened, orderOn } from './kit.ts'
import type { Opened } from './kit.ts'

const onA = orderOn('a')
const onB = orderOn('b', { epoch: 2 })

const two = async (): Promise<{ world: FakeWorld; a: Opened; b: Opened; server: ServerId }> => {
  const world = fakeWorld()
  return { world, a: await opened({ world }, 'a'), b: await opened({ world }, 'b'), server: onA.server }
}

describe('the power ledger of a world', () => {
  it('records an instance that runs on two hosts at once', async () => {
    const { world, a, b, server } = await two()
    await a.host.spawn(onA)
    expect(world.violations()).toEqual([])
    await b.host.spawn(onB)
    const places = [
      { host: 'a', node: 'a' },
      { host: 'b', node: 'b' },
    ]
    expect(world.violations()).toMatchObject([{ kind: 'two_places', server, places }])
  })

  it('is content with an instance that stops here before it runs there', async () => {
    const { world, a, b, server } = await two()
    await a.host.spawn(onA)
    await a.host.power.off(onA, null)
    await b.host.spawn(onB)
    await a.host.destroy(onA, {})
    expect(world.violations()).toEqual([])
    expect(world.powerChanges(server).map(({ host, running }) => `${host} ${running}`)).toEqual([
      'a true',
      'a false',
      'b true',
    ])
  })

  it('sees an old copy come back after an evacuation without a fence', async () => {
    const { world, a, b } = await two()
    await a.host.spawn(onA)
    await a.host.pause?.pause(onA)
    await b.host.spawn(onB)
    expect(world.violations()).toEqual([])
    await a.host.pause?.unpause(onA)
    expect(world.violations()).toMatchObject([{ kind: 'two_places' }])
  })

  it('finds nothing wrong with an evacuation behind a fence', async () => {
    const { world, a, b } = await two()
    await a.host.spawn(onA)
    await world.fencing.fence(hostName('a'))
    await b.host.spawn(onB)
    world.restorePower(hostName('a'))
    expect(await a.host.list()).toMatchObject([{ epoch: 1, power: 'shutdown' }])
    await a.host.destroy({ ...onA, epoch: 2 }, {})
    expect(world.violations()).toEqual([])
  })

  it('counts out-of-band starts, and not guests of somebody else', async () => {
    const { world, a, b, server } = await two()
    await a.host.spawn(onA)
    world.defineForeign({ host: hostName('b'), server })
    expect(world.violations()).toEqual([])
    await b.host.spawn(orderOn('b', { powerOn: false, server: 'other' as ServerId }))
    world.powerOn('other' as ServerId)
    expect(world.powerChanges('other' as ServerId)).toMatchObject([{ host: 'b', running: true }])
  })

  it('dates changes by the clock of the host', async () => {
    const { a, world, server } = await two()
    await a.clock.advance(millis(1500))
    await a.host.spawn(onA)
    expect(world.powerChanges(server)[0]?.at).toBe(a.clock.now())
  })

  it('forgets the oldest history beyond its limit, and no violation', async () => {
    const world = fakeWorld({ history: 3 })
    const a = await opened({ world }, 'a')
    await a.host.spawn({ ...onA, epoch: 5 })
    for (let time = 0; time < 5; time++) {
      await a.host.power.off({ ...onA, epoch: 4 }, null)
      await a.host.power.on(onA)
    }
    expect(world.powerChanges()).toHaveLength(3)
    expect(world.calls()).toHaveLength(3)
    expect(world.violations().length).toBe(10)
  })
})

describe('a command older than the guest', () => {
  it('is obeyed, as a hypervisor does, and recorded as a violation', async () => {
    const { a, world, server } = await two()
    await a.host.spawn({ ...onA, epoch: 3 })
    await a.host.power.off({ ...onA, epoch: 2 }, null)
    expect(await a.host.power.state(onA)).toBe('shutdown')
    expect(world.violations()[0]).toMatchObject({
      kind: 'stale_command',
      server,
      host: 'a',
      call: 'power.off',
      epoch: 2,
      current: 3,
    })
  })

  it('is recorded once, in however many steps it is obeyed, and reading is no command', async () => {
    const { a, world } = await two()
    await a.host.spawn({ ...onA, epoch: 3 })
    await a.host.power.state(onA)
    await a.host.diagnostics?.read(onA)
    expect(world.violations()).toEqual([])
    await a.host.reboot?.hard(onA)
    expect(world.violations()).toMatchObject([{ call: 'reboot.hard' }])
  })

  it('is refused where the knob says so', async () => {
    const { host, world } = await opened({ staleCommands: 'refuse' })
    await host.spawn({ ...onA, epoch: 3 })
    await expect(host.power.off(onA, null)).rejects.toMatchObject({ code: 'host.stale_epoch' })
    await expect(host.destroy(onA, {})).rejects.toMatchObject({ code: 'host.stale_epoch' })
    expect(world.violations()).toEqual([])
    await host.destroy({ ...onA, epoch: 4 }, {})
    expect(world.guests()).toEqual([])
  })
})
