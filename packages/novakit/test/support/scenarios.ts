import type { CloudWorld } from '@novakit/sim'
import type { Scenario } from './saga-stage.ts'
import { deleteServers, settle } from '@novakit/sim'
import { expectStatuses } from './expect-statuses.ts'

async function created({ tenant }: CloudWorld, flavor = 'm1.tiny'): Promise<void> {
  await tenant.servers.create({ name: 'web', flavor, image: 'cirros' })
}

/** What sagas are tried on: how each is begun, and what must have come of it. */
export const scenarios = {
  'a server is built': {
    begin: created,
    goal: (world) => expectStatuses(world, ['ACTIVE']),
  },
  'two servers are built that must stand apart': {
    begin: async ({ tenant }) => {
      const group = await tenant.serverGroups.create({ name: 'apart', policy: 'anti-affinity' })
      await tenant.servers.create({ name: 'db', flavor: 'm1.tiny', image: 'cirros', count: 2, group: group.id })
    },
    goal: (world) => expectStatuses(world, ['ACTIVE', 'ACTIVE']),
  },
  'a server fits nowhere': {
    begin: (world) => created(world, 'm1.xlarge'),
    goal: (world) => expectStatuses(world, ['ERROR']),
  },
  'no host can start a server': {
    prepare: async (world) => {
      world.driverFaults(({ name }) => (name === 'spawn' ? { kind: 'error', at: 'start' } : null))
    },
    begin: created,
    goal: (world) => expectStatuses(world, ['ERROR']),
  },
  'an active server is deleted': {
    prepare: async (world) => {
      await created(world)
      await settle(world)
    },
    begin: deleteServers,
    goal: (world) => expectStatuses(world, []),
  },
  'a server in error is deleted': {
    prepare: async (world) => {
      await created(world, 'm1.xlarge')
      await settle(world)
    },
    begin: deleteServers,
    goal: (world) => expectStatuses(world, []),
  },
  'a server is deleted before anybody has begun to build it': {
    begin: async (world) => {
      for (const { life } of world.conductors) life.pause()
      await created(world)
      await deleteServers(world)
      for (const { life } of world.conductors) life.resume()
    },
    goal: (world) => expectStatuses(world, []),
  },
} as const satisfies Readonly<Record<string, Scenario>>

export type ScenarioName = keyof typeof scenarios
