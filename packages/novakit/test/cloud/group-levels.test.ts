import path from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Cloud, ServerGroup } from 'novakit'
import { fakeDriver, fakeWorld, type FakeWorld } from '@novakit/driver-fake'
import { becomesQuiet } from '../support/check-quiet.ts'
import { boot, create, node, openCloud, operator, startCloud, tenant, unlimited } from '../support/open-cloud.ts'
import { codeOf, errorOf } from '../support/error-of.ts'
import { tempFolder } from '../support/temp-folder.ts'

interface Racked {
  readonly cloud: Cloud
  readonly world: FakeWorld
  /** Stores of the cloud, for a second one. */
  readonly database: string
}

/** Racks `r1`, `r2`, … of two hosts each (`r1a`, `r1b`), and a host `stray` that is in none. */
async function withRacks(count: number): Promise<Racked> {
  const world = fakeWorld()
  const driver = fakeDriver({ ...node, world })
  const racks = Array.from({ length: count }, (_, at) => `r${at + 1}`)
  const hosts = Object.fromEntries(
    [...racks.flatMap((rack) => [`${rack}a`, `${rack}b`]), 'stray'].map((host) => [host, driver]),
  )
  const database = path.join(await tempFolder(), 'cloud.db')
  const cloud = await startCloud({ database, hosts })
  await unlimited(cloud)
  const { aggregates } = operator(cloud)
  for (const rack of racks) {
    await aggregates.create({ name: rack })
    await aggregates.setMetadata(rack, { rack })
    for (const host of [`${rack}a`, `${rack}b`]) await aggregates.addHost(rack, host)
  }
  return { cloud, world, database }
}

const groupIn = async (cloud: Cloud, policy: ServerGroup['policy'], more: object = {}): Promise<string> =>
  (await tenant(cloud).serverGroups.create({ name: policy, policy, level: 'rack', ...more })).id

/** The racks of a group's servers that run, one name for each. */
async function racksOf(cloud: Cloud, group: string): Promise<readonly string[]> {
  const { members } = await tenant(cloud).serverGroups.get(group)
  const { servers } = await operator(cloud).servers.list({ ids: [...members], status: 'ACTIVE' })
  return servers.map(({ placement }) => (placement?.host ?? 'none').slice(0, 2)).toSorted()
}

const settled = (cloud: Cloud, servers: readonly { readonly id: string }[]): Promise<unknown> =>
  Promise.allSettled(servers.map(({ id }) => tenant(cloud).servers.until(id, 'active', { timeout: 20_000 })))

describe('a group that counts by racks', () => {
  test('keeps apart what is anti-affine, and says why the last one has no place', async () => {
    const { cloud, world } = await withRacks(3)
    const group = await groupIn(cloud, 'anti-affinity')
    for (let index = 0; index < 3; index++) await boot(tenant(cloud), { group })
    expect(await racksOf(cloud, group)).toEqual(['r1', 'r2', 'r3'])
    const last = await create(tenant(cloud), { group })
    await errorOf(tenant(cloud).servers.until(last.id, 'active'))
    const { fault } = await operator(cloud).servers.get(last.id)
    expect(fault?.code).toBe('server.no_valid_host')
    const refused = { 'server_group.level': 1, 'server_group.anti_affinity': 6 }
    expect(fault?.detail).toMatchObject({ stages: expect.arrayContaining([expect.objectContaining({ refused })]) })
    await becomesQuiet(cloud, world)
  })

  test('holds as many in a rack as it may', async () => {
    const { cloud, world } = await withRacks(2)
    const group = await groupIn(cloud, 'anti-affinity', { maxServerPerHost: 2 })
    await settled(cloud, await Promise.all(Array.from({ length: 6 }, () => create(tenant(cloud), { group }))))
    expect(await racksOf(cloud, group)).toEqual(['r1', 'r1', 'r2', 'r2'])
    await becomesQuiet(cloud, world)
  })

  test('keeps together what is affine, on all hosts of the rack', async () => {
    const { cloud, world } = await withRacks(2)
    await operator(cloud).flavors.create({ name: 'whole', vcpus: 1, memory: 60_000, disk: 1 })
    const group = await groupIn(cloud, 'affinity')
    await settled(
      cloud,
      await tenant(cloud).servers.create({ name: 'w', flavor: 'whole', image: 'cirros', group, count: 2 }),
    )
    const racks = await racksOf(cloud, group)
    expect(racks).toHaveLength(2)
    expect(new Set(racks).size).toBe(1)
    const third = await create(tenant(cloud), { group, flavor: 'whole' })
    expect((await errorOf(tenant(cloud).servers.until(third.id, 'active'))).message).toMatch(/No valid host.*MEMORY_MB/)
    await becomesQuiet(cloud, world)
  })

  test('never breaks, though two conductors place its servers at one time', async () => {
    const { cloud: one, world, database } = await withRacks(4)
    const two = await openCloud({ database })
    await two.start()
    const six = (group: string, hint: (index: number) => object = () => ({})) =>
      Promise.all(
        [one, two].flatMap((cloud) =>
          Array.from({ length: 6 }, (_, index) => create(tenant(cloud), { group, ...hint(index) })),
        ),
      )
    const apart = await groupIn(one, 'anti-affinity')
    await settled(one, await six(apart))
    expect(await racksOf(one, apart)).toEqual(['r1', 'r2', 'r3', 'r4'])
    const together = await groupIn(one, 'affinity')
    await settled(one, await six(together))
    const racks = await racksOf(one, together)
    expect([racks.length, new Set(racks).size]).toEqual([12, 1])
    const divided = await groupIn(one, 'partition')
    const partitions = ['p', 'q', 'r']
    const members = await six(divided, (index) => ({ hints: { partition: partitions[index % 3] } }))
    await settled(one, members)
    const { servers } = await operator(one).servers.list({ ids: members.map(({ id }) => id), status: 'ACTIVE' })
    const seen = new Map<string, Set<unknown>>()
    for (const server of servers) {
      const rack = server.placement?.host?.slice(0, 2) ?? ''
      const partition = partitions[(members.findIndex(({ id }) => id === server.id) % 6) % 3]
      seen.set(rack, (seen.get(rack) ?? new Set()).add(partition))
    }
    expect(servers.length).toBeGreaterThanOrEqual(4)
    expect([...seen.values()].every((here) => here.size === 1)).toBe(true)
    await becomesQuiet(one, world)
  })
})

test('a host keeps its place while it holds servers of a group that counts by such places', async () => {
  const { cloud } = await withRacks(2)
  const { aggregates } = operator(cloud)
  const group = await groupIn(cloud, 'affinity')
  const member = await boot(tenant(cloud), { group })
  const host = (await operator(cloud).servers.get(member.id)).placement?.host ?? ''
  const [rack, other] = host.startsWith('r1') ? ['r1', 'r2'] : ['r2', 'r1']
  const changes = [
    () => aggregates.removeHost(rack, host),
    () => aggregates.addHost(other, host),
    () => aggregates.setMetadata(rack, { rack: null }),
  ]
  for (const change of changes) expect(await codeOf(change())).toBe('aggregate.in_use')
  await aggregates.setMetadata(rack, { rack: 'renamed', ssd: 'true' })
  await aggregates.create({ name: 'plain' })
  await aggregates.addHost('plain', host)
  await tenant(cloud).servers.delete(member.id)
  await tenant(cloud).servers.until(member.id, 'deleted')
  await aggregates.removeHost(rack, host)
  await aggregates.addHost(other, host)
})

describe('a group with partitions', () => {
  test('gives each its own racks, and a third none where there are two', async () => {
    const { cloud, world } = await withRacks(2)
    const group = await groupIn(cloud, 'partition')
    const racks = new Map<string, Set<string>>()
    for (const partition of ['p', 'q', 'p', 'q', 'p']) {
      const { id } = await boot(tenant(cloud), { group, hints: { partition } })
      const { placement } = await operator(cloud).servers.get(id)
      racks.set(partition, (racks.get(partition) ?? new Set()).add(placement?.host?.slice(0, 2) ?? ''))
    }
    expect([...racks.values()].map((each) => each.size)).toEqual([1, 1])
    expect(racks.get('p')).not.toEqual(racks.get('q'))
    expect(await codeOf(boot(tenant(cloud), { group, hints: { partition: 'r' } }))).toBe('server.ended_otherwise')
    await becomesQuiet(cloud, world)
  })

  test('asks for the name of a partition, and no other group takes one', async () => {
    const { cloud } = await withRacks(1)
    const divided = await groupIn(cloud, 'partition')
    const plain = await groupIn(cloud, 'affinity')
    const hints = { partition: 'p' }
    expect(await codeOf(create(tenant(cloud), { group: divided }))).toBe('server_group.partition_missing')
    expect(await codeOf(create(tenant(cloud), { group: plain, hints }))).toBe('server_group.partition_unused')
    expect(await codeOf(create(tenant(cloud), { hints }))).toBe('server_group.partition_unused')
    expect((await tenant(cloud).serverGroups.get(divided)).members).toEqual([])
  })
})
