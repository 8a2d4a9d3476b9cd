import { expect, test } from 'vitest'
import type { OpenStore, Server, ServerQuery, StorageDriver, Verbs } from 'novakit'
import { gib, sqlite } from 'novakit'
import { fakeDriver } from '@novakit/driver-fake'
import { boot, create, openCloud, startCloud, tenant, tiny, unlimited } from '../support/open-cloud.ts'

const roomy = () => fakeDriver({ vcpus: 1000, memory: gib(2000), disk: gib(10_000) })

/** All pages of a list, one after another. */
async function pages(verbs: Verbs, query: ServerQuery, between: () => Promise<unknown> = async () => undefined) {
  const found: Server[] = []
  const sizes: number[] = []
  for (let marker: string | undefined; ;) {
    const page = await verbs.servers.list({ ...query, ...(marker === undefined ? {} : { marker }) })
    found.push(...page.servers)
    sizes.push(page.servers.length)
    if (page.next === null) return { found, sizes }
    marker = page.next
    await between()
  }
}

const sorts = ['createdAt', 'updatedAt', 'name'] as const
const directions = ['ascending', 'descending'] as const

test('pages of a hundred show 250 servers once each, in every order, while others come and go', async () => {
  const cloud = await startCloud({ cells: { a: { hosts: { a1: roomy() } }, b: { hosts: { b1: roomy() } } } })
  await unlimited(cloud)
  const verbs = tenant(cloud)
  const names = ['web', 'Web', 'ärger', '😀', '！wide', 'zebra']
  const made = await Promise.all(
    Array.from({ length: 5 }, (_, index) =>
      verbs.servers.create({ ...tiny, name: names[index % names.length]!, count: 50 }),
    ),
  )
  const stable = made.flat()
  await Promise.all(stable.map(({ id }) => verbs.servers.until(id, 'active')))
  const wanted = new Set(stable.map(({ id }) => id))

  const comeAndGo = async (): Promise<void> => {
    const { id } = await create(verbs, { name: names[Math.floor(performance.now()) % names.length]! })
    const visitor = await boot(verbs, { name: 'visitor' })
    await verbs.servers.delete(id)
    await verbs.servers.delete(visitor.id)
  }
  for (const sort of sorts) {
    for (const direction of directions) {
      const { found, sizes } = await pages(verbs, { sort, direction, limit: 100 }, comeAndGo)
      expect(sizes.slice(0, -1).every((size) => size === 100)).toBe(true)
      const ids = found.map(({ id }) => id).filter((id) => wanted.has(id))
      expect(ids).toHaveLength(250)
      expect(new Set(ids)).toEqual(wanted)
      const keys = found.map((server) => server[sort])
      const sorted = keys.toSorted((a, b) => compare(a, b) * (direction === 'ascending' ? 1 : -1))
      expect(keys).toEqual(sorted)
    }
  }
})

/** As databases compare: by code points. */
function compare(a: string | number, b: string | number): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  return Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)))
}

/** A database that takes its time to answer lists of instances, so that much happens before the answer is read. */
function lingering(): StorageDriver {
  const files = sqlite(':memory:')
  const slow = new Set<unknown>()
  const linger: Parameters<OpenStore['kysely']['withPlugin']>[0] = {
    transformQuery: ({ node, queryId }) => {
      if (node.kind === 'SelectQueryNode' && 'limit' in node && node.limit !== undefined) slow.add(queryId)
      return node
    },
    transformResult: async ({ result, queryId }) => {
      if (slow.delete(queryId)) await new Promise((resolve) => setTimeout(resolve, 15))
      return result
    },
  }
  return {
    name: 'lingering',
    open: async (store, environment) => {
      const open = await files.open(store, environment)
      return store === 'global' ? open : { ...open, kysely: open.kysely.withPlugin(linger) }
    },
  }
}

test('servers that move into their cells while they are listed are shown once each, whenever one looks', async () => {
  const cells = { a: { hosts: { a1: roomy() } }, b: { hosts: { b1: roomy() } } }
  const cloud = await openCloud({ database: lingering(), cells })
  await unlimited(cloud)
  const verbs = tenant(cloud)
  const made = await verbs.servers.create({ ...tiny, count: 60 })
  const wanted = made.map(({ id }) => id).toSorted()
  let building = true
  const started = cloud.start()
  const built = started.then(() => Promise.all(made.map(({ id }) => verbs.servers.until(id, 'active'))))
  built.finally(() => void (building = false)).catch(() => undefined)
  let looks = 0
  for (; building; looks++) {
    const sort = sorts[looks % 2 === 0 ? 0 : 2]!
    const { found } = await pages(verbs, { sort, limit: 30 + (looks % 5) * 20 })
    expect(found.map(({ id }) => id).toSorted()).toEqual(wanted)
  }
  await built
  expect(looks).toBeGreaterThan(0)
})

test('servers whose attempts fail and begin again elsewhere are in every list', async () => {
  const unlucky = fakeDriver({
    vcpus: 1000,
    memory: gib(2000),
    disk: gib(10_000),
    faults: { spawn: { kind: 'error' } },
  })
  const cloud = await startCloud({
    database: lingering(),
    cells: { a: { hosts: { a1: unlucky, a2: unlucky } }, b: { hosts: { b1: roomy() } } },
  })
  await unlimited(cloud)
  const verbs = tenant(cloud)
  const made = await verbs.servers.create({ ...tiny, count: 30 })
  const wanted = made.map(({ id }) => id).toSorted()
  let building = true
  const built = Promise.all(made.map(({ id }) => verbs.servers.until(id, 'active', { timeout: 20_000 })))
  built.finally(() => void (building = false)).catch(() => undefined)
  while (building) {
    const { servers } = await verbs.servers.list()
    expect(servers.map(({ id }) => id).toSorted()).toEqual(wanted)
  }
  await built
})

test('a server that was not found is in no list after that', async () => {
  const cloud = await startCloud({ cells: { a: { hosts: { a1: roomy() } }, b: { hosts: { b1: roomy() } } } })
  await unlimited(cloud)
  const verbs = tenant(cloud)
  const made = await verbs.servers.create({ ...tiny, count: 60 })
  await Promise.all(made.map(({ id }) => verbs.servers.until(id, 'active')))
  await Promise.all(made.map(({ id }) => verbs.servers.delete(id)))
  const lingering = await Promise.all(
    made.map(async ({ id }) => {
      while ((await verbs.servers.get(id).catch(() => null)) !== null) continue
      return (await verbs.servers.list()).servers.some((server) => server.id === id)
    }),
  )
  expect(lingering.filter(Boolean)).toEqual([])
})

test('an empty list has no next page, and neither has the last one', async () => {
  const cloud = await openCloud()
  const verbs = tenant(cloud)
  expect(await verbs.servers.list()).toEqual({ servers: [], next: null, partial: [] })
  await verbs.servers.create({ ...tiny, count: 4 })
  const { sizes } = await pages(verbs, { limit: 2 })
  expect(sizes).toEqual([2, 2])
})
