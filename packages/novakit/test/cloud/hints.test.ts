import { expect, test } from 'vitest'
import type { NewServer } from 'novakit'
import { fakeDriver, fakeWorld } from '@novakit/driver-fake'
import { becomesQuiet } from '../support/check-quiet.ts'
import { errorOf } from '../support/error-of.ts'
import { boot, create, node, openCloud, operator, startCloud, tenant, tiny } from '../support/open-cloud.ts'

type Hints = NonNullable<NewServer['hints']>

test('a hint that names a server of another project is refused as one that names none', async () => {
  const cloud = await openCloud()
  const mine = await create(tenant(cloud))
  const foreign = await create(tenant(cloud, 'theirs'))
  const never = '00000000-1111-2222-3333-444444444444'
  for (const named of [foreign.id, never]) {
    const wrong: readonly Hints[] = [{ sameHost: [mine.id, named] }, { differentHost: [named] }]
    for (const hints of wrong) {
      expect(await errorOf(create(tenant(cloud), { hints }))).toMatchObject({
        code: 'server.not_found',
        message: `There is no server ${named} in this project.`,
      })
    }
  }
  expect((await tenant(cloud).servers.list()).servers.map(({ id }) => id)).toEqual([mine.id])
  expect((await operator(cloud).servers.list({ allProjects: true })).servers).toHaveLength(2)
  const hints = { sameHost: [mine.id], differentHost: [foreign.id] }
  expect(await create(operator(cloud), { hints })).toMatchObject({ status: 'BUILD' })
})

test('a hint leads to the host of a server of the same project, until that server is deleted', async () => {
  const world = fakeWorld()
  const driver = fakeDriver({ ...node, world })
  const cloud = await startCloud({ hosts: { h1: driver, h2: driver } })
  const verbs = tenant(cloud)
  const first = await boot(verbs)
  const hostOf = async (id: string) => (await operator(cloud).servers.get(id)).placement?.host
  const beside = await boot(verbs, { hints: { sameHost: [first.id, first.id] } })
  const apart = await boot(verbs, { hints: { differentHost: [first.id] } })
  expect(await hostOf(beside.id)).toBe(await hostOf(first.id))
  expect(await hostOf(apart.id)).not.toBe(await hostOf(first.id))
  await verbs.servers.delete(first.id)
  await verbs.servers.until(first.id, 'deleted')
  await becomesQuiet(cloud, world)
  expect(await errorOf(create(verbs, { hints: { sameHost: [first.id] } }))).toMatchObject({ code: 'server.not_found' })
})

const keys = (count: number, values: readonly string[]): Hints => ({
  extra: Object.fromEntries(Array.from({ length: count }, (_, index) => [`key-${index}`, values])),
})

test.for<readonly [what: string, hints: unknown, says: RegExp]>([
  ['65 keys of their own', keys(65, ['x']), /hints\.extra must have at most 64 keys/],
  ['a million keys of their own', keys(1_000_000, ['x']), /hints\.extra must have at most 64 keys/],
  [
    '65 values of one key',
    keys(
      1,
      Array.from({ length: 65 }, () => 'x'),
    ),
    /at most 64 values for each key/,
  ],
  ['16 KiB of them', keys(64, ['x'.repeat(255)]), /hints\.extra must take at most 16384 bytes/],
  ['texts for lists', { extra: { key: 'x' } }, /hints\.extra must have lists of texts/],
  ['a list of them', { extra: [['x']] }, /hints\.extra must be an object/],
])('hints with %s are refused', async ([, hints, says]) => {
  const cloud = await openCloud()
  const error = await errorOf(create(tenant(cloud), { hints: hints as Hints }))
  expect(error).toMatchObject({ code: 'server.invalid', help: 'never', message: expect.stringMatching(says) })
  expect((await tenant(cloud).servers.list()).servers).toEqual([])
})

test('hints of 64 keys, or of 64 values of one, are fine', async () => {
  const cloud = await openCloud()
  expect(await create(tenant(cloud), { hints: keys(64, ['x'.repeat(200)]) })).toMatchObject({ status: 'BUILD' })
  expect(
    await create(tenant(cloud), {
      hints: keys(
        1,
        Array.from({ length: 64 }, () => 'x'),
      ),
    }),
  ).toBeDefined()
})

test('so many servers of so large a request are refused with how many of its size there may be', async () => {
  const cloud = await openCloud()
  await operator(cloud).quotas.set('demo', { instances: -1, cores: -1, ram: -1 })
  const userData = 'x'.repeat(45_000)
  const large = { ...tiny, userData, description: 'x'.repeat(65_535) }
  const error = await errorOf(tenant(cloud).servers.create({ ...large, count: 1000 }))
  expect(error).toMatchObject({ code: 'server.invalid', help: 'never' })
  const most = Number(/count must be at most (\d+) for a request of that size/.exec(error.message)?.[1])
  expect(most).toBeGreaterThan(100)
  expect((await errorOf(tenant(cloud).servers.create({ ...large, count: most + 2 }))).code).toBe('server.invalid')
  expect((await tenant(cloud).servers.list()).servers).toEqual([])
  expect(await tenant(cloud).servers.create({ ...large, count: 100 })).toHaveLength(100)
})
