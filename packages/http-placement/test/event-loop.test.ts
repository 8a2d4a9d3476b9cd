import { id } from '@novakit/core'
import { createProvider, setInventories } from '@novakit/placement'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openApi, type Api } from './support/open-api.ts'
import { allocation, uuid } from './support/world.ts'

const HOSTS = 2000

const hosts = Array.from({ length: HOSTS }, (_, n) => uuid(`host${n}`))
const consumers = Array.from({ length: 3500 }, (_, n) => uuid(`consumer${n}`))
const stock = { total: 10_000, reserved: 0, allocationRatio: 1, minUnit: 1, maxUnit: 100, stepSize: 1 }

/**
 * How often everybody else had a turn while `work` went on. Time would tell more of the machine than of the request:
 * a piece of work between two turns is some milliseconds, so a request is held to as many turns as it has such pieces.
 */
async function turnsDuring(work: () => Promise<unknown>): Promise<number> {
  let turns = 0
  let over = false
  const tick = (): void => {
    turns++
    if (!over) setImmediate(tick)
  }
  setImmediate(tick)
  await work()
  over = true
  return turns
}

describe('no request holds the event loop', { timeout: 120_000 }, () => {
  let api: Api
  beforeAll(async () => {
    api = await openApi()
    for (let first = 0; first < HOSTS; first += 200) {
      await api.store.write(async (tx) => {
        for (const name of hosts.slice(first, first + 200)) {
          await createProvider(tx, { id: id(name), name, parent: null })
          const inventories = new Map([
            ['VCPU', stock],
            ['MEMORY_MB', stock],
          ])
          await setInventories(tx, id(name), inventories, { mayBeEmpty: false })
        }
      })
    }
    // Compiled and optimised code is what serves.
    for (let n = 0; n < 30; n++) await api.done('GET /allocation_candidates?resources=VCPU:1&limit=50')
  }, 120_000)
  afterAll(() => api.close())

  const many = (on: (n: number) => string, generation: number | null, amount = 1) =>
    Object.fromEntries(consumers.map((name, n) => [name, allocation({ [on(n)]: { VCPU: amount } }, generation)]))
  const spread = (n: number): string => hosts[n % HOSTS] ?? ''
  const short = () => ({ ...many(spread, 2), [consumers.at(-1) ?? '']: allocation({ [spread(0)]: { VCPU: 101 } }, 2) })

  const keys = (count: number, of: (n: number) => unknown): object =>
    Object.fromEntries(Array.from({ length: count }, (_, n) => [`k${n}`, of(n)]))
  const onAll = (amount: number) => allocation(Object.fromEntries(hosts.map((name) => [name, { VCPU: amount }])), null)
  const one = uuid('of all hosts')

  const requests: readonly (readonly [
    title: string,
    turns: number,
    line: string,
    body: (() => unknown) | null,
    status: number,
  ])[] = [
    ['a list of all providers', 20, 'GET /resource_providers', null, 200],
    ['all candidates', 20, 'GET /allocation_candidates?resources=VCPU:1,MEMORY_MB:1', null, 200],
    ['claims of thousands', 80, 'POST /allocations', () => many(spread, null), 204],
    ['candidates after all hosts have changed', 20, 'GET /allocation_candidates?resources=VCPU:1&limit=10', null, 200],
    ['claims of thousands, replaced', 100, 'POST /allocations', () => many(spread, 1, 2), 204],
    ['claims of thousands, refused', 50, 'POST /allocations', short, 409],
    ['a large body that is wrong', 2, 'POST /allocations', () => many(spread, 'x' as never), 400],
    ['a body of unknown keys', 2, 'POST /allocations', () => keys(15_000, () => 1), 400],
    ['one consumer on every host', 30, `PUT /allocations/${one}`, () => onAll(1), 204],
    ['what it holds', 5, `GET /allocations/${one}`, null, 200],
    ['the usage of a project', 6, 'GET /usages?project_id=project', null, 200],
    [
      'thousands of aggregates',
      10,
      `PUT /resource_providers/${spread(0)}/aggregates`,
      () => ({ aggregates: consumers, resource_provider_generation: 4 }),
      200,
    ],
  ]
  test.each(requests)('%s', async (_, turns, line, body, status) => {
    const sent = body === null ? {} : { raw: JSON.stringify(body()) }
    let answered = 0
    const had = await turnsDuring(async () => (answered = (await api.send(line, sent)).status))
    expect(answered).toBe(status)
    expect(had).toBeGreaterThanOrEqual(turns)
  })

  test('what is larger than anything real is refused', async () => {
    for (const line of ['POST /allocations', `PUT /resource_providers/${spread(1)}/inventories`]) {
      for (const body of [keys(20_001, () => 1), { inventories: Array.from({ length: 30_000 }, () => 1) }]) {
        expect((await api.send(line, { raw: JSON.stringify(body) })).detail).toContain('more than 20000 members')
      }
    }
    const texts = { resource_provider_generation: 1, inventories: { [',{['.repeat(20_001)]: 1 } }
    expect(
      (await api.send(`PUT /resource_providers/${spread(1)}/inventories`, { raw: JSON.stringify(texts) })).detail,
    ).toContain('JSON does not validate')
    const groups = Array.from({ length: 101 }, (_, n) => `resources${n}=VCPU:1`).slice(1)
    const query = `group_policy=none&resources=VCPU:1&${groups.join('&')}`
    expect((await api.send(`GET /allocation_candidates?${query}`)).detail).toContain('At most 100 request groups')
    const classes = Array.from({ length: 201 }, (_, n) => `CUSTOM_C${n}:1`).join(',')
    expect((await api.send(`GET /allocation_candidates?resources=${classes}`)).detail).toContain('At most 200 amounts')
    const provider = `/resource_providers/${spread(1)}`
    const generation = (await api.done(`GET ${provider}`)).generation as number
    const inventories = Object.fromEntries(Array.from({ length: 1001 }, (_, n) => [`CUSTOM_C${n}`, { total: 1 }]))
    for (const [part, body] of [
      ['inventories', { inventories }],
      ['traits', { traits: Array.from({ length: 1001 }, (_, n) => `CUSTOM_T${n}`) }],
      ['aggregates', { aggregates: Array.from({ length: 5001 }, (_, n) => uuid(`aggregate${n}`)) }],
    ] as const) {
      const answer = await api.send(`PUT ${provider}/${part}`, {
        body: { ...body, resource_provider_generation: generation },
      })
      expect([answer.status, answer.detail]).toEqual([400, expect.stringContaining(`${part}. Divide them`)])
    }
    expect((await api.done(`GET ${provider}`)).generation).toBe(generation)
  })
})
