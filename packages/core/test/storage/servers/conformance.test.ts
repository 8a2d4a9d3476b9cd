import { describeStorage } from '../../../src/testing/storage.ts'
import { testDatabase } from '../../../../../tools/servers/test-database.ts'
import { describeOn, testServer } from '../../../../../tools/servers/test-server.ts'
import { driverOf } from './drivers.ts'

for (const name of ['postgresql', 'mariadb'] as const) {
  describeOn(await testServer(name), `storage on ${name}`, (url) => {
    const database = testDatabase(name, url)
    let made = 0
    describeStorage(name, { make: async () => driverOf[name]({ url: database.url, prefix: `t${made++}_` }) })
  })
}
