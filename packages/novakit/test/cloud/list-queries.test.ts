import { describe, expect, test } from 'vitest'
import type { ServerQuery } from 'novakit'
import { errorOf } from '../support/error-of.ts'
import { create, openCloud, tenant, tiny } from '../support/open-cloud.ts'

const marker = (value: unknown, id: unknown = 'x'): string =>
  `next.${Buffer.from(JSON.stringify([value, id])).toString('base64url')}`

describe('a marker', () => {
  test.for<readonly [what: string, query: ServerQuery]>([
    ['with a name where times order', { marker: marker('web') }],
    ['with a name where times of change order', { sort: 'updatedAt', marker: marker('web') }],
    ['with a time where names order', { sort: 'name', marker: marker(1) }],
    ['with half a millisecond', { marker: marker(1.5) }],
    ['with a time before 1970', { marker: marker(-1) }],
    ['with a time that no column holds', { marker: marker(1e300) }],
    ['with a name of control characters', { sort: 'name', marker: marker('a\u0000') }],
    ['with an id of control characters', { marker: marker(1, 'a\u0000') }],
    ['with no id', { marker: marker(1, 7) }],
    ['that is no JSON', { marker: 'next.e30e30' }],
    ['that is an id with control characters', { marker: 'a\u0000' }],
    ['that is empty', { marker: '' }],
  ])('%s is refused', async ([, query]) => {
    const error = await errorOf(tenant(await openCloud()).servers.list(query))
    expect(error).toMatchObject({ code: 'server.invalid', kind: 'invalid', help: 'never' })
    expect(error.message).toMatch(/marker (is of no list in the order of|must )/)
  })

  test('of the longest names leads to the next page', async () => {
    const verbs = tenant(await openCloud())
    const made = await verbs.servers.create({ ...tiny, name: '😀'.repeat(255), count: 3 })
    expect(made.map(({ name }) => name)).toEqual([1, 2, 3].map((number) => `${'😀'.repeat(250)}-${number}`))
    const query = { sort: 'name', direction: 'ascending', limit: 2 } as const
    const first = await verbs.servers.list(query)
    const second = await verbs.servers.list({ ...query, marker: first.next! })
    expect([...first.servers, ...second.servers].map(({ id }) => id)).toEqual(made.map(({ id }) => id))
  })
})

test('a name to look for has no control characters, and may be empty', async () => {
  const verbs = tenant(await openCloud())
  const { id } = await create(verbs)
  for (const name of ['a\u0000', 'a\nb', '\uD800', 'x'.repeat(256)]) {
    const error = await errorOf(verbs.servers.list({ name }))
    expect(error).toMatchObject({ code: 'server.invalid', message: expect.stringMatching(/name must (not )?have/) })
  }
  expect((await verbs.servers.list({ name: '' })).servers.map((server) => server.id)).toEqual([id])
})

test('a list of no ids is empty, and a caller who may not list is told so all the same', async () => {
  const cloud = await openCloud()
  await create(tenant(cloud))
  expect(await tenant(cloud).servers.list({ ids: [] })).toEqual({ servers: [], next: null, partial: [] })
  const nobody = cloud.as({ project: 'demo', user: 'nobody', roles: [] })
  expect((await errorOf(nobody.servers.list({ ids: [] }))).code).toBe('policy.forbidden')
})
