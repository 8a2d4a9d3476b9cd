import path from 'node:path'
import { expect, test } from 'vitest'
import type { StorageDriver } from 'novakit'
import { sqlite } from 'novakit'
import { fakeDriver, fakeWorld } from '@novakit/driver-fake'
import { faultyStorage } from '@novakit/core/testing'
import { staticImages } from '@novakit/local-services'
import { becomesQuiet } from '../support/check-quiet.ts'
import { codeOf } from '../support/error-of.ts'
import { node, openCloud, operator, startCloud, tenant, tiny } from '../support/open-cloud.ts'
import { storagePlan, type Outages } from '@novakit/sim'
import { tempFolder } from '../support/temp-folder.ts'

const once = { ...tiny, idempotencyKey: 'once' } as const

/** A database of one file for each store. */
async function files(): Promise<StorageDriver> {
  const folder = await tempFolder()
  return sqlite({ files: (store) => path.join(folder, `${store}.db`) })
}

test('a request is answered again when its image is gone, and another one is not accepted', async () => {
  const images = staticImages([{ id: 'i1', name: 'cirros' }])
  const find = images.find
  const cloud = await openCloud({ images })
  const first = await tenant(cloud).servers.create(once)
  images.find = async () => null
  expect(await tenant(cloud).servers.create(once)).toEqual(first)
  expect(await codeOf(tenant(cloud).servers.create(tiny))).toBe('image.not_found')
  expect(await codeOf(tenant(cloud).servers.create({ ...once, name: 'other' }))).toBe('operation.key_reused')
  images.find = find
  expect(await tenant(cloud).servers.create(tiny)).toHaveLength(1)
})

test('a create is answered with what was accepted, and reads nothing more that could fail', async () => {
  const outages: Outages = new Set()
  let broken = false
  const plan = storagePlan(outages)
  const database = faultyStorage(sqlite(':memory:'), {
    next: (call) => (broken && call.call === 'read' ? 'stopped' : plan.next(call)),
  })
  const cloud = await openCloud({ database })
  broken = true
  const servers = await tenant(cloud).servers.create({ ...tiny, count: 3, metadata: { a: '1' }, tags: ['x'] })
  broken = false
  expect(servers).toMatchObject(
    ['web-1', 'web-2', 'web-3'].map((name) => ({
      name,
      status: 'BUILD',
      taskState: 'scheduling',
      metadata: { a: '1' },
    })),
  )
  expect(servers.every((server) => !('placement' in server))).toBe(true)
  const seen = await Promise.all(servers.map(({ id }) => tenant(cloud).servers.get(id)))
  expect(seen).toEqual(servers)
  expect(await operator(cloud).servers.create(tiny)).toMatchObject([{ placement: { cell: null, host: null } }])
})

test('a request that is sent again while the cell of its servers is down answers with them as they were accepted', async () => {
  const outages: Outages = new Set()
  const database = faultyStorage(await files(), storagePlan(outages))
  const world = fakeWorld()
  const cloud = await startCloud({ database, cells: { a: { hosts: { a1: fakeDriver({ ...node, world }) } } } })
  const verbs = tenant(cloud)
  const request = { ...once, count: 2 }
  const accepted = await verbs.servers.create(request)
  for (const { id } of accepted) await verbs.servers.until(id, 'active')
  await becomesQuiet(cloud, world)
  const cell = (await operator(cloud).cells.list()).find(({ name }) => name === 'a')!
  outages.add(cell.id)
  expect(await verbs.servers.create(request)).toEqual(accepted)
  expect(await codeOf(verbs.servers.get(accepted[0]!.id))).toBe('cell.unavailable')
  outages.clear()
  for (const { id } of accepted) await verbs.servers.until(id, 'active', { timeout: 10_000 })
  expect(await verbs.servers.create(request)).toMatchObject(accepted.map(({ id }) => ({ id, status: 'ACTIVE' })))
  await becomesQuiet(cloud, world)
  expect(world.guests()).toHaveLength(2)
})
