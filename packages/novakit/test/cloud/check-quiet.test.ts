import { expect, test } from 'vitest'
import { tokens, type OpenStore } from 'novakit'
import { fakeDriver, fakeWorld } from '@novakit/driver-fake'
import { becomesQuiet, findings, guestsOf } from '../support/check-quiet.ts'
import { boot, node, startCloud, tenant } from '../support/open-cloud.ts'

type Db = OpenStore['kysely']
type Plant = (db: Db, server: string) => Promise<unknown>

/** What is made wrong in a store of a cloud that is quiet, and what is said about it. */
const planted: readonly (readonly [what: string, store: 'global' | 'cell', plant: Plant, says: RegExp])[] = [
  [
    'usage that nobody pays for',
    'global',
    (db) => db.updateTable('quota_usage').set({ used: 2 }).where('resource', '=', 'instances').execute(),
    /quota counts 2 instances of demo/,
  ],
  [
    'an allocation that is gone',
    'global',
    (db) => db.deleteFrom('allocation').where('resource_class', '=', 'VCPU').execute(),
    /missing in the ledger: .* holds 1 VCPU on n1/,
  ],
  [
    'an allocation of nobody',
    'global',
    (db) => db.updateTable('allocation').set({ consumer: 'nobody' }).execute(),
    /too much in the ledger: nobody holds 512 MEMORY_MB/,
  ],
  [
    'a sum that is wrong',
    'global',
    (db) => db.updateTable('inventory').set({ used: 7 }).where('resource_class', '=', 'VCPU').execute(),
    /VCPU of .* counts 7 as used/,
  ],
  [
    'an address that leads elsewhere',
    'global',
    (db) => db.updateTable('instance_mapping').set({ cell: 'nowhere' }).execute(),
    /is looked for in nowhere/,
  ],
  [
    'an address that leads to nothing',
    'global',
    (db) =>
      db
        .insertInto('instance_mapping')
        .values({ server: 'x', cell: null, project: 'p', deleted: 0, created_at: 0 })
        .execute(),
    /the address of x leads to nothing/,
  ],
  [
    'a member that is no server',
    'global',
    (db) => db.insertInto('server_group_member').values({ server_group: 'g', server: 'x' }).execute(),
    /x is still in its group/,
  ],
  [
    'a server that is being deleted for ever',
    'cell',
    (db, server) => db.updateTable('instance').set({ task_state: 'deleting' }).where('id', '=', server).execute(),
    /is active and deleting/,
  ],
  [
    'a server whose guest is of another epoch',
    'cell',
    (db, server) => db.updateTable('instance').set({ epoch: 2 }).where('id', '=', server).execute(),
    /missing guest: .* at epoch 2 on n1\n.*orphaned guest: .* at epoch 1 on n1/,
  ],
  [
    'a server that stands in the table and nowhere else',
    'cell',
    (db) => db.deleteFrom('instance').execute(),
    /quota counts[^]*orphaned guest/,
  ],
  [
    'an action without an end',
    'cell',
    (db) => db.updateTable('instance_action').set({ finished_at: null }).execute(),
    /action create of .* never ended/,
  ],
]

test.for(planted)('of a quiet cloud nothing is said, and of one with %s it is', async ([, store, plant, says]) => {
  const world = fakeWorld()
  const cloud = await startCloud({ hosts: { n1: fakeDriver({ ...node, world }) } })
  const { id } = await boot(tenant(cloud))
  await becomesQuiet(cloud, world)
  expect(await findings(cloud, guestsOf(world))).toEqual([])
  const write = async (work: (db: Db) => Promise<unknown>): Promise<void> => {
    if (store === 'global') await cloud.container.get(tokens.global).write((tx) => work(tx.db()))
    else
      await cloud.container
        .get(tokens.cells)
        .list()[1]!
        .store.write((tx) => work(tx.db()))
  }
  await write((db) => plant(db, id))
  expect((await findings(cloud, guestsOf(world))).join('\n')).toMatch(says)
})
