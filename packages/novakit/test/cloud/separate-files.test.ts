import { readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { DatabaseSync } from 'node:sqlite'
import { CELL0, createCloud, sqlite } from 'novakit'
import { fakeDriver, fakeWorld } from '@novakit/driver-fake'
import { becomesQuiet } from '../support/check-quiet.ts'
import { boot, create, node, operator, startCloud, tenant } from '../support/open-cloud.ts'
import { codeOf } from '../support/error-of.ts'
import { tempFolder } from '../support/temp-folder.ts'

function tablesOf(file: string): readonly string[] {
  const db = new DatabaseSync(file, { readOnly: true })
  const rows = db.prepare(`select name from sqlite_master where type = 'table' and name not like 'sqlite_%'`).all()
  db.close()
  return rows.map((row) => String(row['name']))
}

test('with a file for each store everything works, and no file holds tables of another store', async () => {
  const folder = await tempFolder()
  const world = fakeWorld()
  const driver = fakeDriver({ ...node, world })
  const options = {
    database: sqlite({ files: (store) => path.join(folder, `${store}.db`) }),
    stateFolder: path.join(folder, 'state'),
    cells: { east: { hosts: { e1: driver, e2: driver } }, west: { hosts: { w1: driver } } },
  }
  const cloud = await startCloud(options)
  const cells = await operator(cloud).cells.list()
  const stores = ['global', ...cells.map(({ id }) => id)]
  expect((await readdir(folder)).filter((name) => name.endsWith('.db')).toSorted()).toEqual(
    stores.map((store) => `${store}.db`).toSorted(),
  )
  for (const store of stores) {
    const prefixes = new Set(tablesOf(path.join(folder, `${store}.db`)).map((table) => table.split('_')[0]))
    expect([...prefixes]).toEqual([store === 'global' ? 'global' : store === CELL0 ? 'cell0' : 'cell'])
  }

  const verbs = tenant(cloud)
  const servers = await Promise.all(Array.from({ length: 6 }, (_, index) => boot(verbs, { name: `web-${index}` })))
  const { servers: placed } = await operator(cloud).servers.list()
  expect(new Set(placed.map(({ placement }) => placement?.cell)).size).toBe(2)
  await operator(cloud).flavors.create({ name: 'whale', vcpus: 4, memory: 2_000_000, disk: 1 })
  await operator(cloud).quotas.set('demo', { ram: -1 })
  const misfit = await create(verbs, { name: 'whale', flavor: 'whale' })
  expect(await codeOf(verbs.servers.until(misfit.id, 'active'))).toBe('server.ended_otherwise')
  await becomesQuiet(cloud, world)
  await cloud.stop()

  const again = await startCloud(options)
  await becomesQuiet(again, world)
  const names = (await tenant(again).servers.list({ sort: 'name', direction: 'ascending' })).servers.map(
    ({ name }) => name,
  )
  expect(names).toEqual(['web-0', 'web-1', 'web-2', 'web-3', 'web-4', 'web-5', 'whale'])
  await Promise.all([...servers, misfit].map(({ id }) => tenant(again).servers.delete(id)))
  await Promise.all([...servers, misfit].map(({ id }) => tenant(again).servers.until(id, 'deleted')))
  await becomesQuiet(again, world)
  expect(world.guests()).toEqual([])
})

test('a storage driver and a state folder: the key and what agents remember are kept there, for nobody else to read', async () => {
  const folder = await tempFolder()
  const state = path.join(folder, 'state')
  const database = sqlite({ files: (store) => path.join(folder, `${store}.db`) })
  const cloud = await startCloud({ database, stateFolder: state, hosts: { n1: fakeDriver(node) } })
  await boot(tenant(cloud))
  expect(await readdir(state)).toEqual(['cloud.key', 'n1.log'])
  const modes = await Promise.all(
    ['cloud.key', 'n1.log'].map(async (name) => (await stat(path.join(state, name))).mode),
  )
  expect(modes.map((mode) => mode & 0o777)).toEqual([0o600, 0o600])
  await cloud.stop()
  await (await createCloud({ database, stateFolder: state })).stop()
})
