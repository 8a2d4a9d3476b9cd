import { expect, test } from 'vitest'
import path from 'node:path'
import type { CellId, Cloud, CloudOptions, StorageDriver } from 'novakit'
import { millis, sqlite, storageErrors } from 'novakit'
import { fakeDriver, fakeWorld, type FakeWorld } from '@novakit/driver-fake'
import { faultyStorage } from '@novakit/core/testing'
import { becomesQuiet } from '../support/check-quiet.ts'
import { boot, create, node, startCloud, operator, tenant, tiny, unlimited } from '../support/open-cloud.ts'
import { tempFolder } from '../support/temp-folder.ts'

interface TwoCells {
  readonly cloud: Cloud
  readonly world: FakeWorld
  readonly b: CellId
  /** The store of cell b answers, and stores nothing. */
  fill(): void
  makeRoom(): void
}

async function twoCells(failPoint?: CloudOptions['failPoint']): Promise<TwoCells> {
  const folder = await tempFolder()
  const full = new Set<string>()
  const files = sqlite({ files: (store) => path.join(folder, `${store}.db`) })
  const database = faultyStorage(files, {
    next: ({ store, call }) => (call === 'write' && full.has(store) ? 'full' : null),
  })
  const world = fakeWorld()
  const driver = fakeDriver({ ...node, world })
  const cells = { a: { hosts: { ha: driver } }, b: { hosts: { hb: driver } } }
  const cloud = await startCloud({ database, cells, ...(failPoint === undefined ? {} : { failPoint }) })
  await unlimited(cloud)
  const b = (await operator(cloud).cells.list()).find(({ name }) => name === 'b')!.id
  return { cloud, world, b, fill: () => void full.add(b), makeRoom: () => void full.delete(b) }
}

async function isUp(cloud: Cloud, cell: string): Promise<boolean | undefined> {
  return (await operator(cloud).cells.list()).find(({ name }) => name === cell)?.up
}

test('nothing is offered in a cell whose disk is full, until it stores again', async () => {
  const { cloud, world, fill, makeRoom } = await twoCells()
  fill()
  await expect.poll(() => isUp(cloud, 'b'), { timeout: 5000 }).toBe(false)
  const hosts = new Set<string | null | undefined>()
  for (let index = 0; index < 6; index++) hosts.add((await boot(operator(cloud))).placement?.host)
  expect([...hosts]).toEqual(['ha'])
  expect((await tenant(cloud).servers.list()).partial).toEqual([])
  makeRoom()
  await expect.poll(() => isUp(cloud, 'b'), { timeout: 5000 }).toBe(true)
  expect(await boot(operator(cloud), { host: 'hb' })).toMatchObject({ status: 'ACTIVE' })
  await becomesQuiet(cloud, world)
})

test('a server whose cell stores nothing does not hold up those that were asked for with it', async () => {
  let filled = false
  const { cloud, world, b, fill, makeRoom } = await twoCells(async (point, { kind }, step) => {
    if (kind === 'server.create' && step === 'place' && point === 'after_commit' && !filled) {
      filled = true
      fill()
    }
  })
  const group = await tenant(cloud).serverGroups.create({ name: 'apart', policy: 'anti-affinity' })
  const servers = await tenant(cloud).servers.create({ ...tiny, count: 2, group: group.id })
  const statuses = async (): Promise<readonly string[]> =>
    (await tenant(cloud).servers.list()).servers.map(({ status }) => status).toSorted()
  await expect.poll(statuses, { timeout: 10_000 }).toEqual(['ACTIVE', 'BUILD'])
  makeRoom()
  for (const { id } of servers) await tenant(cloud).servers.until(id, 'active', { timeout: 30_000 })
  const { servers: seen } = await operator(cloud).servers.list({ allProjects: true })
  expect(seen.filter(({ placement }) => placement?.cell === b)).toHaveLength(1)
  await becomesQuiet(cloud, world)
})

test.each(['full', 'read_only', 'cannot_open', 'busy'] as const)(
  'a cloud starts although the store of a cell cannot be opened (%s), and takes it up when it can',
  async (reason) => {
    const folder = await tempFolder()
    const files = sqlite({ files: (store) => path.join(folder, `${store}.db`) })
    const ailing = new Set<string>()
    const error = () =>
      reason === 'cannot_open'
        ? storageErrors.cannot_open({ where: 'b', why: 'its disk is away.' })
        : storageErrors[reason]({})
    const database: StorageDriver = {
      name: 'ailing',
      open: async (store, environment) => {
        if (ailing.has(store)) throw error()
        return files.open(store, environment)
      },
    }
    const world = fakeWorld()
    const driver = fakeDriver({ ...node, world })
    const cells = { a: { hosts: { ha: driver } }, b: { hosts: { hb: driver } } }
    const first = await startCloud({ database, cells })
    const b = (await operator(first).cells.list()).find(({ name }) => name === 'b')!.id
    await first.stop()
    ailing.add(b)
    const again = await startCloud({ database, cells, timing: { greetWithin: millis(300) } })
    expect((await tenant(again).servers.list()).partial).toEqual([b])
    expect((await boot(operator(again))).placement?.host).toBe('ha')
    ailing.delete(b)
    await expect
      .poll(async () => (await operator(again).hosts.list()).hosts.map(({ up }) => up), { timeout: 10_000 })
      .toEqual([true, true])
    await create(operator(again), { host: 'hb' }).then(({ id }) =>
      tenant(again).servers.until(id, 'active', { timeout: 20_000 }),
    )
    await becomesQuiet(again, world)
  },
)
