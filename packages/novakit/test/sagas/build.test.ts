import { describeSaga } from '@novakit/core/testing'
import { expectStatuses } from '../support/expect-statuses.ts'
import { sagaStage } from '../support/saga-stage.ts'
import { sagaTable } from '../support/saga-table.ts'

describeSaga('server.build', {
  table: sagaTable('server.build'),
  stage: () =>
    sagaStage({
      begin: async ({ tenant }) => {
        await tenant.servers.create({ name: 'web', flavor: 'm1.tiny', image: 'cirros' })
      },
      goal: (world) => expectStatuses(world, ['ACTIVE']),
    }),
})
