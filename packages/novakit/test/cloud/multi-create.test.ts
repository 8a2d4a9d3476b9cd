import path from 'node:path'
import { expect, test } from 'vitest'
import { CELL0, gib } from 'novakit'
import { fakeDriver, fakeWorld } from '@novakit/driver-fake'
import { becomesQuiet } from '../support/check-quiet.ts'
import { codeOf, errorOf } from '../support/error-of.ts'
import { create, node, openCloud, operator, startCloud, tenant, tiny, unlimited } from '../support/open-cloud.ts'
import { tempFolder } from '../support/temp-folder.ts'

const used = async (cloud: Parameters<typeof operator>[0], resource: string): Promise<number | undefined> =>
  (await operator(cloud).quotas.get('demo')).find((one) => one.resource === resource)?.used

test('of forty creates at one time against a quota of ten exactly ten are accepted, and usage is exact', async () => {
  const world = fakeWorld()
  const cloud = await startCloud({ hosts: { n1: fakeDriver({ ...node, world }) } })
  const answers = await Promise.allSettled(
    Array.from({ length: 40 }, (_, index) => create(tenant(cloud), { name: `web-${index}` })),
  )
  const accepted = answers.filter(({ status }) => status === 'fulfilled')
  expect(accepted).toHaveLength(10)
  const refusals = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : []))
  expect(new Set(refusals.map(({ code }) => code))).toEqual(new Set(['quota.exceeded']))
  expect([await used(cloud, 'instances'), await used(cloud, 'cores'), await used(cloud, 'ram')]).toEqual([10, 10, 5120])
  await becomesQuiet(cloud, world)
  expect(world.guests()).toHaveLength(10)
})

test('with a minimum and a maximum as many are accepted as quota allows, and fewer than the minimum not at all', async () => {
  const cloud = await openCloud({ hosts: {} })
  const verbs = tenant(cloud)
  const many = await verbs.servers.create({ ...tiny, name: 'web', count: { min: 2, max: 7 } })
  expect(many.map(({ name }) => name)).toEqual(['web-1', 'web-2', 'web-3', 'web-4', 'web-5', 'web-6', 'web-7'])
  expect(await verbs.servers.create({ ...tiny, count: { min: 2, max: 7 } })).toHaveLength(3)
  expect(await used(cloud, 'instances')).toBe(10)
  expect(await errorOf(verbs.servers.create({ ...tiny, count: { min: 2, max: 7 } }))).toMatchObject({
    code: 'quota.exceeded',
    message: 'Quota exceeded for instances: 2 asked for, 10 of 10 used.',
  })
  expect(await used(cloud, 'instances')).toBe(10)
})

test('of several servers with room for some, those are built and the rest say why, unless all were wanted', async () => {
  const world = fakeWorld()
  const driver = fakeDriver({ vcpus: 16, memory: gib(2), disk: gib(100), world })
  const cloud = await startCloud({ hosts: { n1: driver } })
  const verbs = tenant(cloud)
  const some = await verbs.servers.create({ ...tiny, count: { min: 2, max: 6 } })
  const ends = await Promise.allSettled(some.map(({ id }) => verbs.servers.until(id, 'active')))
  expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(4)
  const { servers: failed } = await operator(cloud).servers.list({ status: 'ERROR' })
  expect(failed.map(({ fault, placement }) => [fault?.code, placement?.cell])).toEqual([
    ['server.no_valid_host', CELL0],
    ['server.no_valid_host', CELL0],
  ])
  await becomesQuiet(cloud, world)
  await Promise.all(some.map(({ id }) => verbs.servers.delete(id)))
  await Promise.all(some.map(({ id }) => verbs.servers.until(id, 'deleted')))

  const all = await verbs.servers.create({ ...tiny, count: 6 })
  for (const { id } of all) expect(await codeOf(verbs.servers.until(id, 'active'))).toBe('server.ended_otherwise')
  await becomesQuiet(cloud, world)
  expect(world.guests()).toEqual([])
})

test('deleting everything gives back everything, many times over', async () => {
  const world = fakeWorld()
  const cloud = await startCloud({ hosts: { n1: fakeDriver({ ...node, world }), n2: fakeDriver({ ...node, world }) } })
  const verbs = tenant(cloud)
  for (let round = 0; round < 3; round++) {
    const servers = await verbs.servers.create({ ...tiny, count: 10 })
    // Some are deleted while they are built, some when they run, and some twice.
    await Promise.all(servers.slice(0, 4).map(({ id }) => verbs.servers.delete(id)))
    await Promise.all(servers.slice(4).map(({ id }) => verbs.servers.until(id, 'active')))
    await Promise.all(servers.flatMap(({ id }) => [verbs.servers.delete(id), verbs.servers.delete(id)].map(ignoreGone)))
    await Promise.all(servers.map(({ id }) => verbs.servers.until(id, 'deleted')))
  }
  await becomesQuiet(cloud, world)
  expect([await used(cloud, 'instances'), await used(cloud, 'cores'), await used(cloud, 'ram')]).toEqual([0, 0, 0])
  expect(world.guests()).toEqual([])
})

async function ignoreGone(call: Promise<unknown>): Promise<void> {
  const code = await call.then(
    () => null,
    (error: { code: string }) => error.code,
  )
  if (code !== null && code !== 'server.not_found') throw new Error(code)
}

test('a request that is sent again under its key answers with the same servers, also after a restart', async () => {
  const database = path.join(await tempFolder(), 'cloud.db')
  const world = fakeWorld()
  const hosts = { n1: fakeDriver({ ...node, world }) }
  const request = { ...tiny, count: 2, idempotencyKey: 'order-1', metadata: { a: '1', b: '2' } }
  const first = await startCloud({ database, hosts })
  const ids = (await tenant(first).servers.create(request)).map(({ id }) => id)
  expect((await tenant(first).servers.create(request)).map(({ id }) => id)).toEqual(ids)
  await Promise.all(ids.map((id) => tenant(first).servers.until(id, 'active')))
  await first.stop()

  const second = await startCloud({ database, hosts })
  const again = await tenant(second).servers.create(request)
  expect(again).toMatchObject(ids.map((id) => ({ id, status: 'ACTIVE' })))
  expect((await tenant(second).servers.list()).servers).toHaveLength(2)
  await becomesQuiet(second, world)
  await tenant(second).servers.delete(ids[0]!)
  await tenant(second).servers.until(ids[0]!, 'deleted')
  expect((await tenant(second).servers.create(request)).map(({ id }) => id)).toEqual([ids[1]])
})

test('twenty times the same key at one time makes one server', async () => {
  const world = fakeWorld()
  const cloud = await startCloud({ hosts: { n1: fakeDriver({ ...node, world }) } })
  const answers = await Promise.all(Array.from({ length: 20 }, () => create(tenant(cloud), { idempotencyKey: 'once' })))
  expect(new Set(answers.map(({ id }) => id)).size).toBe(1)
  await becomesQuiet(cloud, world)
  expect(world.guests()).toHaveLength(1)
})

test('a key is good for one request, in one project', async () => {
  const cloud = await openCloud({ hosts: {} })
  const { id } = await create(tenant(cloud), { idempotencyKey: 'k', adminPassword: 'one' })
  expect(await errorOf(create(tenant(cloud), { idempotencyKey: 'k', name: 'other' }))).toMatchObject({
    code: 'operation.key_reused',
    message: 'This idempotency key was used for a different request. Use a new key for a new request.',
  })
  expect((await create(tenant(cloud, 'other'), { idempotencyKey: 'k' })).id).not.toBe(id)
  expect((await create(tenant(cloud), { idempotencyKey: 'k', adminPassword: 'one' })).id).toBe(id)
  expect(await used(cloud, 'instances')).toBe(1)
})

test('the order in which somebody writes the metadata makes no other request', async () => {
  const cloud = await openCloud({ hosts: {} })
  const { id } = await create(tenant(cloud), { idempotencyKey: 'k', metadata: { a: '1', b: '2' } })
  expect((await create(tenant(cloud), { idempotencyKey: 'k', metadata: { b: '2', a: '1' } })).id).toBe(id)
})

test('a request that was refused does not use up its key', async () => {
  const cloud = await openCloud({ hosts: {} })
  expect(await codeOf(create(tenant(cloud), { idempotencyKey: 'k', flavor: 'not-yet' }))).toBe('flavor.not_found')
  await unlimited(cloud)
  await operator(cloud).flavors.create({ name: 'not-yet', vcpus: 1, memory: 64, disk: 1 })
  expect(await create(tenant(cloud), { idempotencyKey: 'k', flavor: 'not-yet' })).toMatchObject({ status: 'BUILD' })
})
