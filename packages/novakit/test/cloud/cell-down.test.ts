import { expect, test } from 'vitest'
import path from 'node:path'
import type { CellId, Cloud, CloudEvent, CloudOptions, Server, StorageDriver } from 'novakit'
import { manualClock, millis, seconds, sqlite } from 'novakit'
import { fakeDriver, fakeWorld, type FakeWorld } from '@novakit/driver-fake'
import { faultyStorage } from '@novakit/core/testing'
import { becomesQuiet } from '../support/check-quiet.ts'
import {
  boot,
  create,
  node,
  openCloud,
  operator,
  quick,
  startCloud,
  tenant,
  tiny,
  unlimited,
} from '../support/open-cloud.ts'
import { codeOf, errorOf } from '../support/error-of.ts'
import { calm, letPass } from '../support/let-pass.ts'
import { storagePlan, type Outages } from '@novakit/sim'
import { tempFolder } from '../support/temp-folder.ts'

interface ThreeCells {
  readonly cloud: Cloud
  readonly world: FakeWorld
  readonly ids: Readonly<Record<'a' | 'b' | 'c', CellId>>
  readonly database: StorageDriver
  /** The store of cell b answers nobody any more. */
  stop(): void
  heal(): void
}

/** Three cells with a host each, whose stores are files of their own. */
async function threeCells(latency = 0, failPoint?: CloudOptions['failPoint']): Promise<ThreeCells> {
  const folder = await tempFolder()
  const outages: Outages = new Set()
  const files = sqlite({ files: (store) => path.join(folder, `${store}.db`) })
  const database = faultyStorage(files, storagePlan(outages))
  const world = fakeWorld()
  const driver = fakeDriver({ ...node, world, latency: { spawn: latency, destroy: latency } })
  const cells = { a: { hosts: { ha: driver } }, b: { hosts: { hb: driver } }, c: { hosts: { hc: driver } } }
  const cloud = await startCloud({ database, cells, ...(failPoint === undefined ? {} : { failPoint }) })
  await unlimited(cloud)
  const known = new Map((await operator(cloud).cells.list()).map(({ id, name }) => [name, id]))
  const ids = { a: known.get('a')!, b: known.get('b')!, c: known.get('c')! }
  return { cloud, world, ids, database, stop: () => void outages.add(ids.b), heal: () => void outages.delete(ids.b) }
}

/** Servers on each of the hosts. */
async function onEach(cloud: Cloud, count: number): Promise<Readonly<Record<'a' | 'b' | 'c', readonly Server[]>>> {
  const on = async (host: string): Promise<readonly Server[]> => {
    const names = Array.from({ length: count }, (_, index) => `${host}-${index}`)
    return Promise.all(names.map((name) => boot(operator(cloud), { name, host })))
  }
  const [a, b, c] = await Promise.all(['ha', 'hb', 'hc'].map(on))
  return { a: a!, b: b!, c: c! }
}

test('with one cell down creates go on in the others, and nothing is offered there', async () => {
  const { cloud, world, ids, stop, heal } = await threeCells()
  await onEach(cloud, 1)
  const heard: CloudEvent[] = []
  cloud.events.on('*', (event) => void heard.push(event))
  stop()
  expect((await tenant(cloud).servers.list()).partial).toEqual([ids.b])
  const servers = await Promise.all(
    Array.from({ length: 8 }, (_, index) => boot(tenant(cloud), { name: `new-${index}` })),
  )
  const { servers: seen } = await operator(cloud).servers.list({ ids: servers.map(({ id }) => id) })
  expect(new Set(seen.map(({ placement }) => placement?.host))).toEqual(new Set(['ha', 'hc']))
  const { hosts, partial } = await operator(cloud).hosts.list()
  expect([hosts.map(({ name }) => name), partial]).toEqual([['ha', 'hc'], [ids.b]])
  expect(await operator(cloud).cells.list()).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ name: 'b', up: false }),
      expect.objectContaining({ name: 'a', up: true }),
    ]),
  )
  heal()
  await becomesQuiet(cloud, world)
  await expect.poll(async () => (await tenant(cloud).servers.list()).partial, { timeout: 5000 }).toEqual([])
  const changes = heard.filter(({ name }) => name.startsWith('cell.'))
  expect(changes).toMatchObject([
    { name: 'cell.down', payload: { cell: ids.b } },
    { name: 'cell.up', payload: { cell: ids.b } },
  ])
})

test('what is asked of a server in a cell that is down is refused, and nothing of it is accepted', async () => {
  const { cloud, world, stop, heal } = await threeCells()
  const { b } = await onEach(cloud, 1)
  const [server] = b
  stop()
  const { servers, hosts } = operator(cloud)
  for (const call of [
    () => servers.get(server!.id),
    () => servers.delete(server!.id),
    () => servers.actions(server!.id),
  ]) {
    expect(await errorOf(call())).toMatchObject({
      code: 'cell.unavailable',
      kind: 'unavailable',
      help: 'later',
      message: 'The part of the cloud that this is in does not answer. Nothing was changed; ask again later.',
      detail: { cell: 'b' },
    })
  }
  expect(await codeOf(hosts.disable('hb'))).toBe('cell.unavailable')
  expect(await codeOf(servers.until(server!.id, 'active', { timeout: 50 }))).toBe('server.until_timeout')
  heal()
  const found = await servers.until(server!.id, 'active', { timeout: 10_000 })
  expect(found).toMatchObject({ status: 'ACTIVE', taskState: null })
  await becomesQuiet(cloud, world)
  expect(await hosts.get('hb')).toMatchObject({ enabled: true })
  await servers.delete(server!.id)
  await servers.until(server!.id, 'deleted')
})

test('a list is partial, keeps its order, and its pages lose no marker when a cell goes down between them', async () => {
  const { cloud, ids, stop, heal } = await threeCells()
  await onEach(cloud, 6)
  const { servers } = tenant(cloud)
  const options = { sort: 'name', direction: 'ascending', limit: 4 } as const
  const first = await servers.list(options)
  expect(first.servers.map(({ name }) => name)).toEqual(['ha-0', 'ha-1', 'ha-2', 'ha-3'])
  const second = await servers.list({ ...options, marker: first.next! })
  expect(second.servers.map(({ name }) => name)).toEqual(['ha-4', 'ha-5', 'hb-0', 'hb-1'])
  expect(second.partial).toEqual([])
  stop()
  const third = await servers.list({ ...options, marker: second.next! })
  expect(third.servers.map(({ name }) => name)).toEqual(['hc-0', 'hc-1', 'hc-2', 'hc-3'])
  expect(third.partial).toEqual([ids.b])
  const fourth = await servers.list({ ...options, marker: third.next! })
  expect(fourth.servers.map(({ name }) => name)).toEqual(['hc-4', 'hc-5'])
  expect([fourth.partial, fourth.next]).toEqual([[ids.b], null])
  heal()
  await expect.poll(async () => (await servers.list()).partial, { timeout: 5000 }).toEqual([])
  const again = await servers.list({ ...options, marker: second.next! })
  expect(again.servers.map(({ name }) => name)).toEqual(['hb-2', 'hb-3', 'hb-4', 'hb-5'])
})

test('what was under way in the cell finishes by itself when its store is back', async () => {
  const { cloud, world, stop, heal } = await threeCells(150)
  const { b } = await onEach(cloud, 2)
  const building = await Promise.all(
    Array.from({ length: 4 }, (_, index) => create(operator(cloud), { name: `in-b-${index}`, host: 'hb' })),
  )
  const [first, second] = b
  await tenant(cloud).servers.delete(first!.id)
  await expect.poll(() => world.calls().filter(({ outcome }) => outcome === 'under_way').length).toBeGreaterThan(3)
  stop()
  await tenant(cloud).servers.list()
  await new Promise((resolve) => setTimeout(resolve, 500))
  heal()
  for (const { id } of building) await tenant(cloud).servers.until(id, 'active', { timeout: 20_000 })
  await tenant(cloud).servers.until(first!.id, 'deleted', { timeout: 20_000 })
  expect(await tenant(cloud).servers.get(second!.id)).toMatchObject({ status: 'ACTIVE' })
  await becomesQuiet(cloud, world)
})

test('servers that have a place there when the outage begins wait, and are built when it is over', async () => {
  const { cloud, world, ids, stop, heal } = await threeCells(0, async (point, { kind }, step) => {
    if (kind === 'server.create' && step === 'place' && point === 'after_commit') stop()
  })
  const servers = await operator(cloud).servers.create({ ...tiny, count: 3, host: 'hb' })
  await expect.poll(async () => (await tenant(cloud).servers.list()).partial).toEqual([ids.b])
  const waiting = await tenant(cloud).servers.list()
  expect(waiting.servers.map(({ status }) => status)).toEqual(['BUILD', 'BUILD', 'BUILD'])
  heal()
  for (const { id } of servers) await tenant(cloud).servers.until(id, 'active', { timeout: 10_000 })
  await becomesQuiet(cloud, world)
})

test('a cloud starts although one of its cells is down, and takes it up when it is back', async () => {
  const { cloud, world, ids, database, stop, heal } = await threeCells()
  const { b } = await onEach(cloud, 1)
  await cloud.stop()
  stop()
  const driver = fakeDriver({ ...node, world })
  const cells = { a: { hosts: { ha: driver } }, b: { hosts: { hb: driver } }, c: { hosts: { hc: driver } } }
  const again = await openCloud({ database, cells, timing: { ...quick, greetWithin: millis(300) } })
  await again.start()
  expect((await tenant(again).servers.list()).partial).toEqual([ids.b])
  expect(await boot(tenant(again), { name: 'meanwhile' })).toMatchObject({ status: 'ACTIVE' })
  expect(await codeOf(tenant(again).servers.get(b[0]!.id))).toBe('cell.unavailable')
  heal()
  expect(await tenant(again).servers.until(b[0]!.id, 'active', { timeout: 10_000 })).toMatchObject({ status: 'ACTIVE' })
  await expect.poll(async () => (await operator(again).hosts.get('hb')).up, { timeout: 10_000 }).toBe(true)
  expect(await boot(operator(again), { name: 'in b again', host: 'hb' })).toMatchObject({ status: 'ACTIVE' })
  await becomesQuiet(again, world)
})

test('a cell that hangs costs its askers their patience once, and the others nothing', async () => {
  const clock = manualClock()
  const folder = await tempFolder()
  let gate: PromiseWithResolvers<void> | null = null
  const files = sqlite({ files: (store) => path.join(folder, `${store}.db`) })
  const slow = new Set<string>()
  const database: StorageDriver = {
    name: 'hanging',
    open: async (store, environment) => {
      const open = await files.open(store, environment)
      const now: typeof open.now = async (db) => {
        if (slow.has(store)) await gate?.promise
        return open.now(db)
      }
      return { ...open, now }
    },
  }
  const driver = fakeDriver(node)
  const cells = { a: { hosts: { ha: driver } }, b: { hosts: { hb: driver } } }
  const cloud = await openCloud({ clock, database, cells, timing: calm })
  await letPass(clock, cloud.start())
  const cellB = (await operator(cloud).cells.list()).find(({ name }) => name === 'b')!
  gate = Promise.withResolvers()
  slow.add(cellB.id)
  const before = clock.now()
  expect((await letPass(clock, operator(cloud).hosts.list())).partial).toEqual([cellB.id])
  const patience = clock.now() - before
  expect(patience).toBeLessThan(seconds(7))
  const asked = clock.now()
  expect((await letPass(clock, operator(cloud).hosts.list())).partial).toEqual([cellB.id])
  expect(clock.now() - asked).toBeLessThan(seconds(1))
  const server = await create(tenant(cloud))
  expect(await letPass(clock, tenant(cloud).servers.until(server.id, 'active'))).toMatchObject({ status: 'ACTIVE' })
  expect((await operator(cloud).servers.get(server.id)).placement?.host).toBe('ha')
  slow.clear()
  gate.resolve()
  await clock.advance(seconds(30))
  expect((await letPass(clock, operator(cloud).hosts.list())).partial).toEqual([])
})
