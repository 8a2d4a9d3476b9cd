import path from 'node:path'
import { expect, test } from 'vitest'
import type { Cloud, ServerGroupPolicy } from 'novakit'
import { fakeDriver, fakeWorld, type FakeWorld } from '@novakit/driver-fake'
import { filterScheduler } from '@novakit/scheduler'
import { becomesQuiet } from '../support/check-quiet.ts'
import { boot, create, node, openCloud, operator, startCloud, tenant, tiny, unlimited } from '../support/open-cloud.ts'
import { codeOf, errorOf } from '../support/error-of.ts'
import { tempFolder } from '../support/temp-folder.ts'

async function threeHosts(): Promise<{ cloud: Cloud; world: FakeWorld }> {
  const world = fakeWorld()
  const driver = fakeDriver({ ...node, world })
  const cloud = await startCloud({ hosts: { h1: driver, h2: driver, h3: driver } })
  await unlimited(cloud)
  return { cloud, world }
}

const groupOf = async (cloud: Cloud, policy: ServerGroupPolicy, maxServerPerHost?: number): Promise<string> => {
  const rule = maxServerPerHost === undefined ? {} : { maxServerPerHost }
  return (await tenant(cloud).serverGroups.create({ name: policy, policy, ...rule })).id
}

/** How many of a group's servers each host has. */
async function spread(cloud: Cloud, group: string): Promise<Readonly<Record<string, number>>> {
  const { members } = await tenant(cloud).serverGroups.get(group)
  const { servers } = await operator(cloud).servers.list({ ids: [...members], status: 'ACTIVE' })
  const hosts = Map.groupBy(servers, ({ placement }) => placement?.host ?? 'none')
  return Object.fromEntries([...hosts].map(([host, here]) => [host, here.length]))
}

test('anti-affinity over three hosts takes three servers, and tells the fourth why there is no place', async () => {
  const { cloud, world } = await threeHosts()
  const group = await groupOf(cloud, 'anti-affinity')
  for (let index = 0; index < 3; index++) await boot(tenant(cloud), { group })
  expect(await spread(cloud, group)).toEqual({ h1: 1, h2: 1, h3: 1 })
  const fourth = await create(tenant(cloud), { group })
  const error = await errorOf(tenant(cloud).servers.until(fourth.id, 'active'))
  expect(error.message).toMatch(/No valid host was found\..*(group|anti-affinity)/i)
  await becomesQuiet(cloud, world)
  await tenant(cloud).servers.delete(fourth.id)
  await tenant(cloud).servers.until(fourth.id, 'deleted')
  expect((await tenant(cloud).serverGroups.get(group)).members).toHaveLength(3)

  const [gone] = (await tenant(cloud).serverGroups.get(group)).members
  await tenant(cloud).servers.delete(gone!)
  await tenant(cloud).servers.until(gone!, 'deleted')
  await boot(tenant(cloud), { group, name: 'in its place' })
  expect(await spread(cloud, group)).toEqual({ h1: 1, h2: 1, h3: 1 })
  await becomesQuiet(cloud, world)
})

test('with at most two servers for each host six find their places, and a seventh does not', async () => {
  const { cloud, world } = await threeHosts()
  const group = await groupOf(cloud, 'anti-affinity', 2)
  const servers = await tenant(cloud).servers.create({ ...tiny, count: 6, group })
  await Promise.all(servers.map(({ id }) => tenant(cloud).servers.until(id, 'active')))
  expect(await spread(cloud, group)).toEqual({ h1: 2, h2: 2, h3: 2 })
  expect(await codeOf(boot(tenant(cloud), { group }))).toBe('server.ended_otherwise')
  await becomesQuiet(cloud, world)
})

test('affinity keeps all servers on one host', async () => {
  const { cloud, world } = await threeHosts()
  const group = await groupOf(cloud, 'affinity')
  const servers = await tenant(cloud).servers.create({ ...tiny, count: 3, group })
  await Promise.all(servers.map(({ id }) => tenant(cloud).servers.until(id, 'active')))
  await boot(tenant(cloud), { group })
  expect(Object.values(await spread(cloud, group))).toEqual([4])
  await becomesQuiet(cloud, world)
})

test('soft anti-affinity spreads while it can, and goes on when it cannot', async () => {
  const { cloud, world } = await threeHosts()
  const group = await groupOf(cloud, 'soft-anti-affinity')
  for (let index = 0; index < 3; index++) await boot(tenant(cloud), { group })
  expect(await spread(cloud, group)).toEqual({ h1: 1, h2: 1, h3: 1 })
  for (let index = 0; index < 3; index++) await boot(tenant(cloud), { group })
  expect(await spread(cloud, group)).toEqual({ h1: 2, h2: 2, h3: 2 })
  await becomesQuiet(cloud, world)
})

test('soft affinity keeps together while it can, if it weighs more than room, and goes on when the host is full', async () => {
  const world = fakeWorld()
  const driver = fakeDriver({ ...node, world })
  const weighers = [{ weigher: 'ServerGroupSoftAffinityWeigher', multiplier: 10 }, 'RAMWeigher']
  const cloud = await startCloud({
    hosts: { h1: driver, h2: driver, h3: driver },
    scheduler: filterScheduler({ weighers }),
  })
  await unlimited(cloud)
  const group = await groupOf(cloud, 'soft-affinity')
  await operator(cloud).flavors.create({ name: 'third', vcpus: 1, memory: 20_000, disk: 1 })
  for (let index = 0; index < 3; index++) await boot(tenant(cloud), { group, flavor: 'third' })
  expect(Object.values(await spread(cloud, group))).toEqual([3])
  await boot(tenant(cloud), { group, flavor: 'third' })
  expect(new Set(Object.values(await spread(cloud, group)))).toEqual(new Set([3, 1]))
  await becomesQuiet(cloud, world)
})

test('two conductors that place servers of one group at one time never break its rule', async () => {
  const database = path.join(await tempFolder(), 'cloud.db')
  const world = fakeWorld()
  const driver = fakeDriver({ ...node, world })
  const one = await startCloud({ database, hosts: { h1: driver, h2: driver, h3: driver, h4: driver } })
  // The other has no hosts and hears of none: it knows them from the stores.
  const two = await openCloud({ database })
  await unlimited(one)
  for (const [policy, expected] of [
    ['anti-affinity', [1, 1, 1, 1]],
    ['affinity', [8]],
  ] as const) {
    const group = await groupOf(one, policy)
    const create8 = [one, two].flatMap((cloud) =>
      Array.from({ length: 4 }, (_, index) => create(tenant(cloud), { name: `${policy}-${index}`, group })),
    )
    const servers = await Promise.all(create8)
    if (policy === 'anti-affinity') await two.start()
    await Promise.all(
      servers.map(({ id }) =>
        tenant(one)
          .servers.until(id, 'active')
          .catch(() => null),
      ),
    )
    expect(Object.values(await spread(one, group))).toEqual(expected)
    await becomesQuiet(one, world)
  }
})

test('a group of another project is not found, and one that is full takes no more', async () => {
  const { cloud } = await threeHosts()
  const group = await groupOf(cloud, 'soft-anti-affinity')
  expect(await codeOf(create(tenant(cloud, 'theirs'), { group }))).toBe('server_group.not_found')
  await operator(cloud).quotas.set('demo', { server_group_members: 2 })
  expect(await errorOf(tenant(cloud).servers.create({ ...tiny, count: 3, group }))).toMatchObject({
    code: 'quota.exceeded',
    message: 'Quota exceeded for server_group_members: 3 asked for, 0 of 2 used.',
  })
  expect((await tenant(cloud).serverGroups.get(group)).members).toEqual([])
})
