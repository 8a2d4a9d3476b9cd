import { mysql, postgres } from '@novakit/core'
import { describePlacement } from '@novakit/core/testing'
import { testDatabase } from '../../../../tools/servers/test-database.ts'
import { describeOn, testServer } from '../../../../tools/servers/test-server.ts'
import { openLedgerOn } from './open.ts'

const drivers = { postgresql: postgres, mariadb: mysql }

for (const name of ['postgresql', 'mariadb'] as const) {
  describeOn(await testServer(name), `placement on ${name}`, (url) => {
    const database = testDatabase(name, url)
    const make = async () => {
      const opened = await openLedgerOn(drivers[name]({ url: database.url }))
      await database.empty()
      return opened
    }
    describePlacement(name, { make })
  })
}
