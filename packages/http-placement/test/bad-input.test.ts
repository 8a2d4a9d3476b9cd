import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openApi, type Api } from './support/open-api.ts'
import { addHost, allocation, CONSUMER, uuid } from './support/world.ts'

const host = uuid('host')

/** Bodies that are right, for each endpoint that takes one. */
const good: Readonly<Record<string, unknown>> = {
  'POST /resource_providers': { name: 'new', uuid: uuid('new'), parent_provider_uuid: host },
  [`PUT /resource_providers/${host}`]: { name: 'other', parent_provider_uuid: null },
  [`POST /resource_providers/${host}/inventories`]: { resource_class: 'VGPU', total: 4, allocation_ratio: 1.5 },
  [`PUT /resource_providers/${host}/inventories`]: {
    resource_provider_generation: 1,
    inventories: { VCPU: { total: 8, reserved: 1, min_unit: 1, max_unit: 8, step_size: 1 } },
  },
  [`PUT /resource_providers/${host}/inventories/VCPU`]: { resource_provider_generation: 1, total: 8 },
  [`PUT /resource_providers/${host}/aggregates`]: { aggregates: [uuid('a')], resource_provider_generation: 1 },
  [`PUT /resource_providers/${host}/traits`]: { traits: ['HW_CPU_X86_AVX'], resource_provider_generation: 1 },
  'POST /resource_classes': { name: 'CUSTOM_A' },
  [`PUT /allocations/${CONSUMER}`]: allocation({ [host]: { VCPU: 1 } }),
  'POST /allocations': { [CONSUMER]: allocation({ [host]: { VCPU: 1 } }) },
  'POST /reshaper': {
    inventories: { [host]: { resource_provider_generation: 1, inventories: { VCPU: { total: 8 } } } },
    allocations: { [CONSUMER]: allocation({ [host]: { VCPU: 1 } }) },
  },
}

const strange: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(
    null,
    true,
    '',
    'x'.repeat(300),
    [],
    {},
    -1,
    0,
    1.5,
    2 ** 31,
    2 ** 53,
    1e40,
    'ï¿½\u0000',
    '__proto__',
  ),
  fc.string(),
  fc.integer(),
  fc.jsonValue({ maxDepth: 2 }),
)

/** Every way into a value. */
function placesIn(value: unknown): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [[]]
  return [[], ...Object.entries(value).flatMap(([key, inner]) => placesIn(inner).map((place) => [key, ...place]))]
}

function changed(value: unknown, [key, ...rest]: readonly string[], to: unknown): unknown {
  if (key === undefined) return to
  const copy: any = Array.isArray(value) ? [...value] : { ...(value as object) }
  copy[key] = changed(copy[key], rest, to)
  return copy
}

const lines = Object.keys(good)
const mutation = fc
  .constantFrom(...lines)
  .chain((line) => fc.tuple(fc.constant(line), fc.constantFrom(...placesIn(good[line])), strange))

async function everything(api: Api): Promise<unknown> {
  const paths = ['/resource_providers', `/resource_providers/${host}/inventories`, `/resource_providers/${host}/traits`]
  const more = [
    `/resource_providers/${host}/aggregates`,
    `/resource_providers/${host}/allocations`,
    '/resource_classes',
  ]
  const answers: unknown[] = []
  for (const path of [...paths, ...more]) answers.push(await api.done(`GET ${path}`))
  return answers
}

test('each of the good bodies is good', async () => {
  for (const [line, body] of Object.entries(good)) {
    const api = await openApi()
    await addHost(api, 'host')
    expect([line, (await api.send(line, { body })).status < 300]).toEqual([line, true])
    await api.close()
  }
})

test('a body with anything in any place is taken or refused in good form', async () => {
  const api = await openApi()
  await addHost(api, 'host')
  let refused = 0
  await fc.assert(
    fc.asyncProperty(mutation, fc.integer({ min: 0, max: 39 }), async ([line, place, value], minor) => {
      const answer = await api.send(line, { version: `1.${minor}`, body: changed(good[line], place, value) })
      expect(answer.status).toBeLessThan(500)
      if (answer.status < 400) return
      refused++
      expect(answer.json.errors[0]).toMatchObject({ status: answer.status, title: expect.any(String) })
    }),
    { numRuns: 1500 },
  )
  expect(refused).toBeGreaterThan(500)
  await api.close()
}, 60_000)

test('what is refused leaves everything as it was', async () => {
  const api = await openApi()
  await addHost(api, 'host')
  const before = await everything(api)
  await fc.assert(
    fc.asyncProperty(mutation, async ([line, place, value]) => {
      const body = changed(good[line], place, value)
      const answer = await api.send(line, { body })
      if (answer.status >= 400) {
        expect(await everything(api)).toEqual(before)
        return
      }
      await api.close()
      Object.assign(api, await openApi())
      await addHost(api, 'host')
    }),
    { numRuns: 300 },
  )
  await api.close()
}, 60_000)

test('no query breaks a list', async () => {
  const api = await openApi()
  await addHost(api, 'host')
  const keys = [
    'name',
    'uuid',
    'member_of',
    'required',
    'in_tree',
    'resources',
    'limit',
    'group_policy',
    'same_subtree',
    'resources1',
    'project_id',
  ]
  const values = fc.oneof(
    fc.constantFrom(
      'VCPU:1',
      'VCPU:1,MEMORY_MB:256',
      'in:',
      '!',
      '!in:,',
      'in:HW_CPU_X86_AVX',
      '%',
      '%FF',
      '%F0%9F',
      '1',
      '-1',
      '_',
      ',',
    ),
    fc.string().map(encodeURIComponent),
  )
  const query = fc
    .array(fc.tuple(fc.constantFrom(...keys), values), { maxLength: 4 })
    .map((pairs) => pairs.map(([key, value]) => `${key}=${value}`).join('&'))
  const paths = fc.constantFrom('/resource_providers', '/allocation_candidates', '/usages', '/traits')
  await fc.assert(
    fc.asyncProperty(paths, query, fc.integer({ min: 10, max: 39 }), async (path, text, minor) => {
      const answer = await api.send(`GET ${path}?${text}`, { version: `1.${minor}` })
      expect([200, 400]).toContain(answer.status)
    }),
    { numRuns: 1500 },
  )
  await api.close()
}, 60_000)

test.each([50, 4000, 100_000])('a body nested %i deep is refused as any other that is wrong', async (depth) => {
  const api = await openApi()
  const raw = '['.repeat(depth) + ']'.repeat(depth)
  for (const line of ['POST /resource_providers', `PUT /allocations/${CONSUMER}`]) {
    const answer = await api.send(line, { raw })
    const words = depth > 50_000 ? 'nested more than 1000 deep' : 'JSON does not validate: [['
    expect([answer.status, answer.detail]).toEqual([400, expect.stringContaining(words)])
  }
  await api.close()
})

test('a capacity far below zero is kept as the least that a whole number holds', async () => {
  const api = await openApi()
  await addHost(api, 'host')
  const inventories = { VCPU: { total: 1, reserved: 20, allocation_ratio: 3.4e38 } }
  const body = { inventories: { [host]: { resource_provider_generation: 1, inventories } }, allocations: {} }
  expect((await api.send('POST /reshaper', { body })).status).toBe(204)
  const rows = await api.store.read((tx) => tx.db<any>().selectFrom('inventory').select('capacity').execute())
  expect(rows).toEqual([{ capacity: -Number.MAX_SAFE_INTEGER }])
  await api.close()
})

test.each([
  ['NUL', String.raw`\u0000`],
  ['half of a pair', String.raw`a\uD83D`],
  ['the other half', String.raw`\udE00b`],
])('a text with %s is refused, wherever it stands', async (_, spelt) => {
  const api = await openApi()
  await addHost(api, 'host')
  const before = await everything(api)
  const owner = `"project_id":"${spelt}","user_id":"u","consumer_generation":null,"consumer_type":"T"`
  for (const [line, raw] of [
    ['POST /resource_providers', `{"name":"${spelt}"}`],
    ['POST /resource_providers', `{"name":"n","${spelt}":1}`],
    [`PUT /allocations/${CONSUMER}`, `{"allocations":{"${host}":{"resources":{"VCPU":1}}},${owner}}`],
  ] as const) {
    const answer = await api.send(line, { raw })
    expect([answer.status, answer.detail]).toEqual([400, expect.stringContaining('the character NUL, or half')])
  }
  expect(await everything(api)).toEqual(before)
  // A whole pair is one character, and an escaped backslash is no escape of what follows it.
  for (const name of [String.raw`\ud83d\ude00`, String.raw`\\u0000`, String.raw`\\ud83d`]) {
    const answer = await api.send('POST /resource_providers', { raw: `{"name":"${name}"}` })
    expect([answer.status, answer.json.name]).toEqual([200, JSON.parse(`"${name}"`)])
  }
  await api.close()
})

test('a path or a query with NUL is refused before any database sees it', async () => {
  const api = await openApi()
  for (const [line, status] of [
    ['GET /resource_providers/%00', 404],
    ['GET /allocations/%00', 404],
    ['PUT /traits/CUSTOM_%00', 404],
    ['GET /resource_providers?name=%00', 400],
    ['GET /usages?project_id=a%00', 400],
  ] as const) {
    expect([line, (await api.send(line)).status]).toEqual([line, status])
  }
  await api.close()
})
