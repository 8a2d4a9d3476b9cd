import path from 'node:path'
import { expect, test } from 'vitest'
import { isNovakitError, sqlite, type OpenStore, type Server, type StorageDriver } from 'novakit'
import { fakeDriver, fakeWorld } from '@novakit/driver-fake'
import { becomesQuiet } from '../support/check-quiet.ts'
import { boot, create, node, startCloud, tenant, unlimited } from '../support/open-cloud.ts'
import { tempFolder } from '../support/temp-folder.ts'

interface SmallDisk {
  readonly storage: StorageDriver
  /** From now on the file cannot grow. */
  fill(): Promise<void>
  makeRoom(): Promise<void>
}

/** A database file on a disk that can be filled: SQLite itself refuses to let it grow. */
async function smallDisk(): Promise<SmallDisk> {
  const files = sqlite({ file: path.join(await tempFolder(), 'cloud.db') })
  let db: OpenStore['kysely'] | null = null
  const limit = async (pages: number): Promise<void> => {
    await db?.executeQuery(pragma(`max_page_count = ${pages}`))
  }
  return {
    storage: {
      name: 'a small disk',
      open: async (store, environment) => {
        const open = await files.open(store, environment)
        db = open.kysely
        return open
      },
    },
    fill: () => limit(1),
    makeRoom: () => limit(1_000_000),
  }
}

/** A query that no builder makes. */
function pragma(text: string): CompiledQuery {
  const statement = `pragma ${text}`
  const query = { kind: 'RawNode', sqlFragments: [statement], parameters: [] } as const
  return { query, queryId: { queryId: text }, sql: statement, parameters: [] }
}

type CompiledQuery = Parameters<OpenStore['kysely']['executeQuery']>[0]

test('on a full disk servers are refused whole, and when there is room again everything accepted is built', async () => {
  const disk = await smallDisk()
  const world = fakeWorld()
  const cloud = await startCloud({ database: disk.storage, hosts: { n1: fakeDriver({ ...node, world }) } })
  await unlimited(cloud)
  const verbs = tenant(cloud)
  const accepted: Server[] = [await boot(verbs, { name: 'before' })]
  await disk.fill()
  let refusal: unknown = null
  for (let index = 0; refusal === null && index < 200; index++) {
    const one = create(verbs, { name: `web-${index}`, metadata: { padding: 'x'.repeat(250) } })
    await one.then(
      (server) => accepted.push(server),
      (error: unknown) => (refusal = error),
    )
  }
  expect(isNovakitError(refusal) && refusal).toMatchObject({
    code: 'storage.full',
    kind: 'unavailable',
    help: 'later',
    message: 'The disk of the database is full: nothing was stored. Make room and ask again.',
  })
  expect((await verbs.servers.list()).servers).toHaveLength(accepted.length)

  await disk.makeRoom()
  for (const { id } of accepted) await verbs.servers.until(id, 'active', { timeout: 20_000 })
  expect(await boot(verbs, { name: 'after' })).toMatchObject({ status: 'ACTIVE' })
  await becomesQuiet(cloud, world)
  expect(world.guests()).toHaveLength(accepted.length + 1)
})

test('a delete that was accepted before the disk was full ends when there is room again', async () => {
  const disk = await smallDisk()
  const world = fakeWorld()
  const driver = fakeDriver({ ...node, world, latency: { destroy: 100 } })
  const cloud = await startCloud({ database: disk.storage, hosts: { n1: driver } })
  const { id } = await boot(tenant(cloud))
  await tenant(cloud).servers.delete(id)
  await disk.fill()
  await new Promise((resolve) => setTimeout(resolve, 500))
  await disk.makeRoom()
  await tenant(cloud).servers.until(id, 'deleted', { timeout: 20_000 })
  await becomesQuiet(cloud, world)
})
