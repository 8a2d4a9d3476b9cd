import { beforeAll, afterAll, expect, test } from 'vitest'
import { createCloud, gib, type Cloud, type Server, type ServerQuery, type Verbs } from 'novakit'
import { fakeDriver } from '@novakit/driver-fake'
import { staticImages } from '@novakit/local-services'
import { boot, create, operator, quick, tenant } from '../support/open-cloud.ts'

let cloud: Cloud
let verbs: Verbs
let pending: Server
/** Milliseconds; after everything below but the deletions. */
let later = 0
const made: Record<string, Server> = {}

beforeAll(async () => {
  const images = staticImages([
    { id: 'image-1', name: 'cirros' },
    { id: 'image-2', name: 'other' },
  ])
  const driver = fakeDriver({ vcpus: 100, memory: gib(64), disk: gib(1000) })
  cloud = await createCloud({ images, timing: quick, hosts: { n1: driver, n2: driver } })
  await cloud.start()
  verbs = tenant(cloud)
  for (const [name, more] of [
    ['100%', {}],
    ['a_b', {}],
    ['aXb', { flavor: 'm1.small' }],
    ['Web', { image: 'other' }],
    ['Ärger', { metadata: { tier: 'front' } }],
    ['gone', {}],
  ] as const) {
    made[name] = await boot(verbs, { name, ...more })
  }
  await operator(cloud).flavors.create({ name: 'whale', vcpus: 1, memory: 1_000_000, disk: 1 })
  await operator(cloud).quotas.set('demo', { ram: -1 })
  made['misfit'] = await create(verbs, { name: 'misfit', flavor: 'whale' })
  await verbs.servers.until(made['misfit'].id, 'active').catch(() => undefined)
  await boot(tenant(cloud, 'theirs'), { name: 'theirs' })
  later = Math.max(...(await verbs.servers.list()).servers.map(({ updatedAt }) => updatedAt)) + 1
  await new Promise((resolve) => setTimeout(resolve, 10))
  await verbs.servers.delete(made['gone']!.id)
  await verbs.servers.until(made['gone']!.id, 'deleted')
  await Promise.all(['n1', 'n2'].map((host) => operator(cloud).hosts.disable(host)))
  pending = made['Web']!
})
afterAll(() => cloud.stop())

const names = async (query: ServerQuery, who = verbs): Promise<readonly string[]> =>
  (await who.servers.list({ sort: 'name', direction: 'ascending', ...query })).servers.map(({ name }) => name)

test.for<readonly [string, ServerQuery, readonly string[]]>([
  ['nothing', {}, ['100%', 'Web', 'aXb', 'a_b', 'misfit', 'Ärger']],
  ['a status', { status: 'ERROR' }, ['misfit']],
  ['several statuses', { status: ['ERROR', 'BUILD'] }, ['misfit']],
  ['a status that nobody has', { status: 'PAUSED' }, []],
  ['part of a name', { name: 'X' }, ['aXb']],
  ['part of a name in other letters', { name: 'WEB' }, ['Web']],
  ['a percent sign, which is no wild card', { name: '%' }, ['100%']],
  ['an underscore, which is no wild card', { name: 'a_b' }, ['a_b']],
  ['a backslash, which escapes nothing', { name: 'a\\_b' }, []],
  ['a bar, which escapes nothing', { name: 'a|_b' }, []],
  ['letters outside of ASCII', { name: 'Ärg' }, ['Ärger']],
  ['a flavor', { flavor: 'm1.small' }, ['aXb']],
  ['an image', { image: 'image-2' }, ['Web']],
  ['a flavor and a name', { flavor: 'm1.tiny', name: 'a' }, ['a_b']],
  ['no ids', { ids: [] }, []],
  ['deleted ones', { deleted: true }, ['gone']],
])('a list by %s', async ([, query, expected]) => {
  expect(await names(query)).toEqual(expected)
})

test('a list by ids shows those that are ours', async () => {
  const ids = [made['Web']!.id, made['a_b']!.id, 'no-such-server']
  expect(await names({ ids })).toEqual(['Web', 'a_b'])
})

test('a list of what changed since shows those that were deleted too, as deleted', async () => {
  const { servers } = await verbs.servers.list({ changesSince: later })
  expect(servers.map(({ name, status }) => [name, status])).toEqual([['gone', 'DELETED']])
  expect(servers[0]?.deletedAt).toBeGreaterThanOrEqual(later)
  expect(await names({ changesSince: 0 })).toContain('gone')
  expect(await names({ changesBefore: later - 60_000 })).toEqual([])
})

test('a list of a host is for those who may see hosts', async () => {
  const host = (await operator(cloud).servers.get(pending.id)).placement?.host ?? ''
  expect(await names({ host }, operator(cloud))).toContain('Web')
  expect(await names({ host: 'n9' }, operator(cloud))).toEqual([])
})

test('a list of all projects shows them all, and one project’s only those', async () => {
  expect(await names({ allProjects: true }, operator(cloud))).toContain('theirs')
  expect(await names({ project: 'theirs' }, operator(cloud, 'other'))).toEqual(['theirs'])
  expect(await names({}, operator(cloud))).not.toContain('theirs')
})
