import path from 'node:path'
import { expect, test } from 'vitest'
import type { Cloud, CloudEvent } from 'novakit'
import { fakeDriver, fakeWorld } from '@novakit/driver-fake'
import { becomesQuiet } from '../support/check-quiet.ts'
import { boot, create, node, openCloud, operator, startCloud, tenant, tiny, unlimited } from '../support/open-cloud.ts'
import { tempFolder } from '../support/temp-folder.ts'

/** What was heard of each server, in the order in which it was heard. */
function listenTo(cloud: Cloud): { of(server: string): readonly string[]; readonly all: readonly CloudEvent[] } {
  const all: CloudEvent[] = []
  cloud.events.on('*', (event) => void all.push(event))
  const serverOf = ({ payload }: CloudEvent): string | null => ('server' in payload ? payload.server : null)
  return { all, of: (server) => all.filter((event) => serverOf(event) === server).map(({ name }) => name) }
}

const life = ['instance.create.start', 'instance.create.end', 'instance.delete.start', 'instance.delete.end']

test('the events of each server come in the order of its life, for many servers at one time', async () => {
  const driver = fakeDriver({ ...node, latency: { spawn: { min: 0, max: 40 }, destroy: { min: 0, max: 40 } } })
  const cloud = await startCloud({ cells: { a: { hosts: { a1: driver } }, b: { hosts: { b1: driver } } } })
  await unlimited(cloud)
  const heard = listenTo(cloud)
  const servers = await tenant(cloud).servers.create({ ...tiny, count: 20 })
  await Promise.all(
    servers.map(async ({ id }) => {
      await tenant(cloud).servers.until(id, 'active')
      await tenant(cloud).servers.delete(id)
      await tenant(cloud).servers.until(id, 'deleted')
    }),
  )
  await becomesQuiet(cloud, driver.world)
  for (const { id } of servers) expect(heard.of(id)).toEqual(life)
  const [first] = heard.all
  expect(first).toMatchObject({
    name: 'instance.create.start',
    version: 1,
    payload: { project: 'demo', name: expect.stringMatching(/^web-\d+$/), server: expect.any(String) },
  })
  expect(new Set(heard.all.map(({ id }) => id)).size).toBe(heard.all.length)
})

test('a server that finds no place tells of its error without the operator’s detail, and then of its deletion', async () => {
  const cloud = await startCloud({ hosts: { 'secret-host': fakeDriver(node) } })
  const heard = listenTo(cloud)
  await unlimited(cloud)
  await operator(cloud).flavors.create({ name: 'whale', vcpus: 1, memory: 1_000_000, disk: 1 })
  const { id } = await create(tenant(cloud), { flavor: 'whale' })
  await tenant(cloud)
    .servers.until(id, 'active')
    .catch(() => undefined)
  await tenant(cloud).servers.delete(id)
  await tenant(cloud).servers.until(id, 'deleted')
  await becomesQuiet(cloud)
  expect(heard.of(id)).toEqual(['instance.create.error', 'instance.delete.start', 'instance.delete.end'])
  expect(JSON.stringify(heard.all)).not.toContain('secret-host')
})

test('a server that is deleted before it stands anywhere tells of its deletion', async () => {
  const cloud = await openCloud({ hosts: { h1: fakeDriver(node) } })
  const heard = listenTo(cloud)
  const { id } = await create(tenant(cloud))
  await tenant(cloud).servers.delete(id)
  expect(heard.all).toEqual([])
  await cloud.start()
  await tenant(cloud).servers.until(id, 'deleted')
  await becomesQuiet(cloud)
  expect(heard.of(id)).toEqual(['instance.delete.start', 'instance.delete.end'])
})

test('events that were not delivered when the cloud stopped are delivered at the next start, in order', async () => {
  const database = path.join(await tempFolder(), 'cloud.db')
  const world = fakeWorld()
  const hosts = { h1: fakeDriver({ ...node, world }) }
  const silent = await startCloud({ database, hosts, timing: { relayEvery: 3_600_000 as never } })
  await new Promise((resolve) => setTimeout(resolve, 100))
  const { id } = await boot(tenant(silent))
  await tenant(silent).servers.delete(id)
  await tenant(silent).servers.until(id, 'deleted')
  await expect.poll(async () => (await tenant(silent).servers.list()).servers.length).toBe(0)
  await new Promise((resolve) => setTimeout(resolve, 300))
  await silent.stop()

  const loud = await openCloud({ database, hosts })
  const heard = listenTo(loud)
  await loud.start()
  await becomesQuiet(loud, world)
  expect(heard.of(id)).toEqual(life)
})

test('a listener that throws keeps no event from the others, nor from itself', async () => {
  const cloud = await startCloud({ hosts: { h1: fakeDriver(node) } })
  const grumpy: string[] = []
  cloud.events.on('instance.create.end', ({ payload }) => {
    grumpy.push(payload.server)
    throw new Error('not today')
  })
  const heard = listenTo(cloud)
  const late: string[] = []
  cloud.events.on('instance.create.end', ({ payload }) => void late.push(payload.server))
  const servers = [await boot(tenant(cloud)), await boot(tenant(cloud))]
  await tenant(cloud).servers.delete(servers[0]!.id)
  await tenant(cloud).servers.until(servers[0]!.id, 'deleted')
  await becomesQuiet(cloud)
  const ids = servers.map(({ id }) => id)
  expect(grumpy).toEqual(ids)
  expect(late).toEqual(ids)
  expect(heard.of(ids[0]!)).toEqual(life)
  expect(heard.of(ids[1]!)).toEqual(life.slice(0, 2))
})

test('events are for those who listen to them by name, and stop when they no longer listen', async () => {
  const cloud = await startCloud({ hosts: { h1: fakeDriver(node) } })
  const ended: string[] = []
  const once: string[] = []
  const listener = ({ payload }: CloudEvent<'instance.create.end'>): void => void ended.push(payload.host)
  cloud.events.on('instance.create.end', listener)
  cloud.events.once('instance.create.end', ({ payload }) => void once.push(payload.host))
  await boot(tenant(cloud))
  await boot(tenant(cloud))
  await becomesQuiet(cloud)
  cloud.events.off('instance.create.end', listener)
  await boot(tenant(cloud))
  await becomesQuiet(cloud)
  expect([ended, once]).toEqual([['h1', 'h1'], ['h1']])
})
