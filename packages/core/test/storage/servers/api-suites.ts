import type { StorageDriver } from '../../../src/ports/storage.ts'
import { testDatabase } from '../../../../../tools/servers/test-database.ts'
import { describeOn, testServer, type ServerName } from '../../../../../tools/servers/test-server.ts'
import { standOn } from '../../api/stand.ts'
import { driverOf } from './drivers.ts'

/** The suites of the API's nouns, on a server. One test file for each server: modules are loaded once in a file. */
export async function describeApiOn(name: ServerName): Promise<void> {
  describeOn(await testServer(name), `the API's nouns on ${name}`, async (url) => {
    const database = testDatabase(name, url)
    standOn({ driver: () => onTheTestsClock(driverOf[name]({ url: database.url })), opened: () => database.empty() })
    await import('../../api/aggregates.test.ts')
    await import('../../api/flavors.test.ts')
    await import('../../api/key-pairs.test.ts')
    await import('../../api/quotas.test.ts')
    await import('../../api/server-groups.test.ts')
  })
}

/** These tests move the time by hand; a server has a clock of its own. */
function onTheTestsClock(driver: StorageDriver): StorageDriver {
  return {
    name: driver.name,
    open: async (store, environment) => ({
      ...(await driver.open(store, environment)),
      now: async () => environment.now(),
    }),
  }
}
