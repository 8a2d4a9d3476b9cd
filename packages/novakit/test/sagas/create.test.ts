import { describeSaga } from '@novakit/core/testing'
import { expectStatuses } from '../support/expect-statuses.ts'
import { sagaStage } from '../support/saga-stage.ts'
import { sagaTable } from '../support/saga-table.ts'

const table = sagaTable('server.create')

describeSaga('server.create of two servers that must stand apart', {
  table,
  stage: () =>
    sagaStage({
      begin: async ({ tenant }) => {
        const group = await tenant.serverGroups.create({ name: 'apart', policy: 'anti-affinity' })
        await tenant.servers.create({ name: 'db', flavor: 'm1.tiny', image: 'cirros', count: 2, group: group.id })
      },
      goal: (world) => expectStatuses(world, ['ACTIVE', 'ACTIVE']),
    }),
})

describeSaga('server.create of a server that fits nowhere', {
  table,
  stage: () =>
    sagaStage({
      begin: async ({ tenant }) => {
        await tenant.servers.create({ name: 'whale', flavor: 'm1.xlarge', image: 'cirros' })
      },
      goal: (world) => expectStatuses(world, ['ERROR']),
    }),
})

describeSaga('server.create of a server that no host can start', {
  table,
  stage: () =>
    sagaStage({
      prepare: async (world) =>
        world.driverFaults(({ name }) => (name === 'spawn' ? { kind: 'error', at: 'start' } : null)),
      begin: async ({ tenant }) => {
        await tenant.servers.create({ name: 'lemon', flavor: 'm1.tiny', image: 'cirros' })
      },
      goal: (world) => expectStatuses(world, ['ERROR']),
    }),
})
