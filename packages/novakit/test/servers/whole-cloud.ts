import { expect, test } from 'vitest'
import type { StorageDriver } from 'novakit'
import { fakeDriver, fakeWorld } from '@novakit/driver-fake'
import { tempFolder } from '../support/temp-folder.ts'
import { becomesQuiet } from '../support/check-quiet.ts'
import { boot, create, node, operator, startCloud, tenant } from '../support/open-cloud.ts'
import { codeOf } from '../support/error-of.ts'

/** The life of a cloud on a database that is given in two ways, of which the second opens what the first has left. */
export function wholeCloud(databases: () => readonly [string | StorageDriver, string | StorageDriver]): void {
  test(
    'servers are created, found again after a restart, and deleted, and nothing is left',
    { timeout: 120_000 },
    async () => {
      const [first, second] = databases()
      const stateFolder = await tempFolder()
      const world = fakeWorld()
      const driver = fakeDriver({ ...node, world })
      const options = {
        cells: { east: { hosts: { e1: driver, e2: driver } }, west: { hosts: { w1: driver } } },
        stateFolder,
      }

      const cloud = await startCloud({ ...options, database: first })
      const verbs = tenant(cloud)
      const servers = await Promise.all(Array.from({ length: 6 }, (_, index) => boot(verbs, { name: `web-${index}` })))
      await operator(cloud).flavors.create({ name: 'whale', vcpus: 4, memory: 2_000_000, disk: 1 })
      await operator(cloud).quotas.set('demo', { ram: -1 })
      const misfit = await create(verbs, { name: 'whale', flavor: 'whale' })
      expect(await codeOf(verbs.servers.until(misfit.id, 'active'))).toBe('server.ended_otherwise')
      await becomesQuiet(cloud, world)
      await cloud.stop()

      const again = await startCloud({ ...options, database: second })
      const { servers: found } = await tenant(again).servers.list({ sort: 'name', direction: 'ascending' })
      expect(found.map(({ name, status }) => `${name} ${status}`)).toEqual([
        ...servers.map((_, index) => `web-${index} ACTIVE`),
        'whale ERROR',
      ])
      await Promise.all(found.map(({ id }) => tenant(again).servers.delete(id)))
      await Promise.all(found.map(({ id }) => tenant(again).servers.until(id, 'deleted', { timeout: 30_000 })))
      await becomesQuiet(again, world)
      expect(world.guests()).toEqual([])
    },
  )
}
