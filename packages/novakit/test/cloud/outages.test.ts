import { expect, onTestFinished, test } from 'vitest'
import type { CloudWorld } from '@novakit/sim'
import { fates, seconds, tokens } from '@novakit/core'
import { startedWorld, until } from '@novakit/sim'
import { expectStatuses } from '../support/expect-statuses.ts'

/** With one conductor. Its `downAfter` is 15 s of virtual time. */
async function smallWorld(): Promise<CloudWorld> {
  const world = await startedWorld({ conductors: 1 })
  onTestFinished(() => world.close())
  return world
}

const asked = { name: 'web', flavor: 'm1.tiny', image: 'cirros' } as const
const LONG = seconds(90)

/** Nothing that agents say arrives any more. */
function silenceHosts({ bus, hosts }: CloudWorld): void {
  const names = new Set(hosts.map((host) => host.name))
  bus.faults((_envelope, _address, _direction, from) => (names.has(from) ? fates.drop : fates.deliver))
}

/** What agents do meanwhile is done, and nobody hears of it, until another conductor begins. */
async function withoutConductors(world: CloudWorld): Promise<void> {
  for (const conductor of world.conductors) conductor.kill()
  world.bus.faults(null)
  await world.clock.advance(LONG)
  await world.addConductor()
}

async function active(world: CloudWorld, count: number): Promise<void> {
  await until(world, 'the servers are active', async () => {
    const { servers } = await world.tenant.servers.list()
    return servers.length === count && servers.every((server) => server.status !== 'BUILD')
  })
  await expectStatuses(
    world,
    Array.from({ length: count }, () => 'ACTIVE'),
  )
}

async function journalSays({ front }: CloudWorld): Promise<readonly string[]> {
  const cell = front.container
    .get(tokens.cells)
    .list()
    .find(({ name }) => name === 'west')!
  const rows = await cell.read((tx) =>
    tx.db<{ operation: { journal: string } }>().selectFrom('operation').select('journal').execute(),
  )
  return rows.flatMap(({ journal }) =>
    (JSON.parse(journal) as { output: unknown }[]).map(({ output }) => String(output)),
  )
}

test('servers that were being built when all conductors died are built when one is back, however long it took', async () => {
  const world = await smallWorld()
  silenceHosts(world)
  await world.tenant.servers.create({ ...asked, count: 3 })
  await world.clock.advance(seconds(4))
  expect(world.hypervisors.guests()).toHaveLength(3)
  await withoutConductors(world)
  await active(world, 3)
  expect(world.hypervisors.guests().map(({ epoch }) => epoch)).toEqual([1, 1, 1])
})

test('servers that were being built when the store of their cell went away are built when it is back', async () => {
  const world = await smallWorld()
  const [cell] = world.stores.filter((store) => store !== 'global' && store !== 'cell0')
  silenceHosts(world)
  await world.tenant.servers.create({ ...asked, count: 3 })
  await world.clock.advance(seconds(4))
  expect(world.hypervisors.guests()).toHaveLength(3)
  for (const store of world.stores) if (store !== 'global') world.outages.add(store)
  expect(world.outages.has(cell!)).toBe(true)
  world.bus.faults(null)
  await world.clock.advance(LONG)
  world.outages.clear()
  await active(world, 3)
  expect(world.hypervisors.guests().map(({ epoch }) => epoch)).toEqual([1, 1, 1])
})

test('a server that is asked for while nobody works is placed when hosts are heard of again, not refused before', async () => {
  const world = await smallWorld()
  for (const conductor of world.conductors) conductor.kill()
  await world.clock.advance(LONG)
  await world.tenant.servers.create({ ...asked, count: 2 })
  silenceHosts(world)
  await world.addConductor()
  await world.clock.advance(seconds(8))
  await expectStatuses(world, ['BUILD', 'BUILD'])
  world.bus.faults(null)
  await active(world, 2)
})

test('a server is not buried because nobody could hear its host: the host is asked to destroy it', async () => {
  const world = await smallWorld()
  const [server] = await world.tenant.servers.create(asked)
  await active(world, 1)
  silenceHosts(world)
  await world.tenant.servers.delete(server!.id)
  await world.clock.advance(seconds(2))
  await withoutConductors(world)
  await until(world, 'the server is deleted', async () => (await world.tenant.servers.list()).servers.length === 0)
  expect(world.hypervisors.guests()).toEqual([])
  expect((await journalSays(world)).filter((output) => output.includes('the host is down'))).toEqual([])
})

test('a host that stays away after an outage is found down once it has had the time to speak', async () => {
  const world = await smallWorld()
  const [server] = await world.tenant.servers.create(asked)
  await active(world, 1)
  for (const host of world.hosts) host.kill()
  await world.tenant.servers.delete(server!.id)
  await withoutConductors(world)
  await world.clock.advance(seconds(12))
  expect((await world.tenant.servers.list()).servers).toHaveLength(1)
  await until(
    world,
    'the server is deleted',
    async () => (await world.tenant.servers.list()).servers.length === 0,
    seconds(20),
  )
  expect((await journalSays(world)).filter((output) => output.includes('the host is down'))).toHaveLength(1)
  for (const host of world.hosts) await host.start()
  await until(world, 'the guest is gone', async () => world.hypervisors.guests().length === 0)
})

test('a host that an operator says is down is down at once', async () => {
  const world = await smallWorld()
  const [server] = await world.tenant.servers.create(asked)
  await active(world, 1)
  for (const host of world.hosts) host.kill()
  await withoutConductors(world)
  for (const host of world.hosts) await world.admin.hosts.forceDown(host.name, true)
  await world.tenant.servers.delete(server!.id)
  await until(
    world,
    'the server is deleted',
    async () => (await world.tenant.servers.list()).servers.length === 0,
    seconds(6),
  )
})
