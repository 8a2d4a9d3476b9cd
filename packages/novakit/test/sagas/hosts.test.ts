import { describe, expect, test } from 'vitest'
import type { CloudWorld } from '@novakit/sim'
import { fates, id, seconds } from '@novakit/core'
import { expectQuietWorld, onlyServer, quietWorld } from '../support/quiet-world.ts'
import { cloudPicture } from '@novakit/core/testing'
import { cutOff, deleteServers, settle, until, worldInside } from '@novakit/sim'
import { agentStartsBesideStrangers } from '../support/stories.ts'

const tiny = { name: 'web', flavor: 'm1.tiny', image: 'cirros' }

/** Longer than a host may be silent. */
const LONG = seconds(40)

async function oneActive(world: CloudWorld): Promise<{ server: string; host: string }> {
  await world.tenant.servers.create(tiny)
  await settle(world)
  const { id: server, status, placement } = await onlyServer(world)
  expect(status).toBe('ACTIVE')
  return { server, host: String(placement?.host) }
}

const hostNamed = (world: CloudWorld, name: string) => {
  const found = world.hosts.find((host) => host.name === name)
  if (found === undefined) throw new Error(`there is no host ${name}`)
  return found
}

describe('a host that could not be asked', () => {
  test('removes a guest that was deleted while it was cut off, when it is heard of again', async () => {
    const world = await quietWorld()
    const { server, host } = await oneActive(world)
    world.bus.faults(cutOff([host]))
    await world.clock.advance(LONG)
    await deleteServers(world)
    await until(
      world,
      'the server is gone',
      async () => (await world.admin.servers.list({ allProjects: true })).servers.length === 0,
    )
    expect(world.hypervisors.guest(id(server))?.power).toBe('running')
    world.bus.faults(null)
    await expectQuietWorld(world)
    expect(world.hypervisors.guests()).toEqual([])
  })

  test('removes a guest that was deleted while its agent was dead', async () => {
    const world = await quietWorld()
    const { host } = await oneActive(world)
    hostNamed(world, host).kill()
    await world.clock.advance(LONG)
    await deleteServers(world)
    await world.clock.advance(LONG)
    await hostNamed(world, host).start()
    await expectQuietWorld(world)
    expect(world.hypervisors.guests()).toEqual([])
  })

  test('is not given a second guest of its server: one that may run there is built nowhere else', async () => {
    const world = await quietWorld()
    let host = ''
    world.intercept(async (_process, point, { kind }, key) => {
      if (kind !== 'server.build' || key !== 'spawn' || point !== 'after_effect' || host !== '') return
      host = String((await onlyServer(world)).placement?.host)
      // It will hear the command, and nothing more will be heard of it.
      world.bus.faults((_envelope, _address, _direction, from) => (from === host ? fates.drop : fates.deliver))
    })
    await world.tenant.servers.create(tiny)
    await until(world, 'it is given up', async () => (await onlyServer(world)).status === 'ERROR')
    expect(world.hypervisors.guests().map((guest) => guest.host)).toEqual([host])
    world.bus.faults(null)
    await expectQuietWorld(world)
  })

  test('that was never asked is no reason not to build elsewhere', async () => {
    const world = await quietWorld()
    let host = ''
    world.intercept(async (_process, point, { kind }, key) => {
      if (kind !== 'server.build' || key !== 'spawn' || point !== 'before' || host !== '') return
      host = String((await onlyServer(world)).placement?.host)
      hostNamed(world, host).kill()
      await world.clock.sleep(LONG)
    })
    await world.tenant.servers.create(tiny)
    await until(world, 'it is active', async () => (await onlyServer(world)).status === 'ACTIVE')
    expect((await onlyServer(world)).placement?.host).not.toBe(host)
    await hostNamed(world, host).start()
    await expectQuietWorld(world)
  })
})

describe('a hypervisor that cannot be believed', () => {
  test('and says that a guest was made that is not there, is passed over for another', async () => {
    const world = await quietWorld()
    world.hypervisors.inject({ call: 'spawn', fault: { kind: 'no-effect' } })
    const { server } = await oneActive(world)
    expect(world.hypervisors.guest(id(server))?.power).toBe('running')
    await expectQuietWorld(world)
  })

  test('and says that a guest is gone that is still there, is asked again', async () => {
    const world = await quietWorld()
    await oneActive(world)
    world.hypervisors.inject({ call: 'destroy', fault: { kind: 'no-effect' }, times: 2 })
    await deleteServers(world)
    await expectQuietWorld(world)
    expect(world.hypervisors.guests()).toEqual([])
  })

  test('and makes a guest long after it has said that it failed, does not keep it', async () => {
    const world = await quietWorld()
    world.hypervisors.inject({ call: 'spawn', fault: { kind: 'late-effect', after: 20_000 } })
    await oneActive(world)
    await world.clock.advance(seconds(25))
    await world.clock.advance(seconds(15))
    expect(world.hypervisors.guests()).toHaveLength(1)
    // For a moment there were two: what the hypervisor does by itself, nobody can prevent.
    expect(world.hypervisors.violations().map(({ kind }) => kind)).toEqual(['two_places'])
  })
})

describe('an agent that starts', () => {
  test('leaves guests alone that nobody knows, and those that are not ours', () => agentStartsBesideStrangers())

  test('keeps the guests that it should have', async () => {
    const world = await quietWorld()
    const { server, host } = await oneActive(world)
    hostNamed(world, host).kill()
    await world.clock.advance(LONG)
    await hostNamed(world, host).start()
    await world.clock.advance(seconds(30))
    expect(world.hypervisors.powerChanges(id(server))).toHaveLength(1)
    await expectQuietWorld(world)
  })

  test('goes on although its hypervisor fails at the first questions', async () => {
    const world = await quietWorld()
    hostNamed(world, 'h1').kill()
    for (const call of ['inventory', 'list'] as const) {
      world.hypervisors.inject({ call, host: id('h1'), fault: { kind: 'error' }, times: 3 })
    }
    await hostNamed(world, 'h1').start()
    await world.clock.advance(seconds(60))
    const { hosts } = await world.admin.hosts.list()
    expect(hosts.every((host) => host.up)).toBe(true)
    await oneActive(world)
    await expectQuietWorld(world)
  })
})

test('what a server held is given to others only when its guest is gone', async () => {
  const world = await quietWorld()
  const { server } = await oneActive(world)
  const early: string[] = []
  world.intercept(async (_process, point, _operation, key) => {
    if (point !== 'after_commit') return
    const { ledger } = await cloudPicture(worldInside(world))
    const held = ledger.allocations.some((row) => row.consumer === server)
    if (!held && world.hypervisors.guest(id(server)) !== null) early.push(key)
  })
  await deleteServers(world)
  await settle(world)
  expect(early).toEqual([])
  await expectQuietWorld(world)
})
