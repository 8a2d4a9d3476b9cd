import { describeSaga } from '@novakit/core/testing'
import type { CloudWorld } from '../support/cloud-world.ts'
import { deleteServers, sagaStage, settle } from '../support/saga-stage.ts'
import { expectStatuses } from '../support/expect-statuses.ts'
import { sagaTable } from '../support/saga-table.ts'

async function created({ tenant }: CloudWorld, flavor: string): Promise<void> {
  await tenant.servers.create({ name: 'old', flavor, image: 'cirros' })
}

describeSaga('server.delete of an active server', {
  table: sagaTable('server.delete'),
  stage: () =>
    sagaStage({
      prepare: async (world) => {
        await created(world, 'm1.tiny')
        await settle(world)
      },
      begin: deleteServers,
      goal: (world) => expectStatuses(world, []),
    }),
})

describeSaga('server.delete of a server that was never built', {
  table: sagaTable('server.delete'),
  stage: () =>
    sagaStage({
      prepare: async (world) => {
        await created(world, 'm1.xlarge')
        await settle(world)
      },
      begin: deleteServers,
      goal: (world) => expectStatuses(world, []),
    }),
})

describeSaga('server.cancel', {
  table: sagaTable('server.cancel'),
  stage: () =>
    sagaStage({
      begin: async (world) => {
        for (const { life } of world.conductors) life.pause()
        await created(world, 'm1.tiny')
        await deleteServers(world)
        for (const { life } of world.conductors) life.resume()
      },
      goal: (world) => expectStatuses(world, []),
    }),
})
