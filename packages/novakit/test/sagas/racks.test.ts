import { describe, expect, test } from 'vitest'
import { millis, type ServerGroup } from '@novakit/core'
import type { CloudWorld } from '@novakit/sim'
import { expectQuietWorld, onlyServer, quietWorld, serversOf } from '../support/quiet-world.ts'
import { settle } from '@novakit/sim'

/** Hosts `h1` … `h4`, of which these are in racks. */
async function withRacks(racks: Readonly<Record<string, readonly string[]>>): Promise<CloudWorld> {
  const world = await quietWorld({ hosts: { h1: 'west', h2: 'west', h3: 'west', h4: 'west' } })
  for (const [rack, hosts] of Object.entries(racks)) {
    await world.admin.aggregates.create({ name: rack })
    await world.admin.aggregates.setMetadata(rack, { rack })
    for (const host of hosts) await world.admin.aggregates.addHost(rack, host)
  }
  // Conductors look at aggregates once a second.
  await world.clock.advance(millis(2000))
  return world
}

const groupIn = async ({ tenant }: CloudWorld, policy: ServerGroup['policy']): Promise<string> =>
  (await tenant.serverGroups.create({ name: policy, policy, level: 'rack' })).id

/** Holds decisions back until so many are made, each on a picture that shows none of the others' claims. */
function decideAtOneTime(world: CloudWorld, count: number): void {
  const decided = new Set<string>()
  world.intercept(async (_process, point, operation, key) => {
    if (operation.kind !== 'server.create' || key !== 'place' || point !== 'after_effect') return
    decided.add(operation.id)
    while (decided.size < count) await world.clock.sleep(millis(100))
  })
}

const tiny = { name: 'web', flavor: 'm1.tiny', image: 'cirros' }

describe('servers of a group that are decided at one time', () => {
  test.for<readonly [policy: ServerGroup['policy'], partitions: readonly string[], active: number]>([
    ['anti-affinity', [], 2],
    ['affinity', [], 4],
    ['partition', ['p', 'q', 'p', 'q'], 4],
  ])('keep the rule of their racks: %s', async ([policy, partitions, active]) => {
    const world = await withRacks({ r1: ['h1', 'h2'], r2: ['h3', 'h4'] })
    const group = await groupIn(world, policy)
    decideAtOneTime(world, 4)
    for (const { life } of world.conductors) life.pause()
    for (let index = 0; index < 4; index++) {
      const partition = partitions[index]
      await world.tenant.servers.create({
        ...tiny,
        group,
        ...(partition === undefined ? {} : { hints: { partition } }),
      })
    }
    for (const { life } of world.conductors) life.resume()
    await settle(world)
    const statuses = (await serversOf(world)).map(({ status }) => status)
    expect(statuses.filter((status) => status === 'ACTIVE')).toHaveLength(active)
    expect(statuses.filter((status) => status === 'ERROR')).toHaveLength(4 - active)
    // Among its invariants: no rack holds servers that its groups do not let stand there.
    await expectQuietWorld(world)
  })
})

test('a host that leaves its rack between decision and claim loses the server to one that is in it', async () => {
  const world = await withRacks({ r1: ['h1'] })
  const group = await groupIn(world, 'affinity')
  let moved = false
  world.intercept(async (_process, point, operation, key) => {
    if (moved || operation.kind !== 'server.create' || key !== 'place' || point !== 'after_effect') return
    moved = true
    await world.admin.aggregates.removeHost('r1', 'h1')
    await world.admin.aggregates.addHost('r1', 'h2')
  })
  await world.tenant.servers.create({ ...tiny, group })
  await settle(world)
  expect(moved).toBe(true)
  expect(await onlyServer(world)).toMatchObject({ status: 'ACTIVE', placement: { host: 'h2' } })
  await expectQuietWorld(world)
})
