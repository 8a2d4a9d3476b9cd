import { id } from '@novakit/core'
import { createProvider, setInventories } from '@novakit/placement'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openApi, type Api } from './support/open-api.ts'
import { allocation, uuid } from './support/world.ts'

const HOSTS = 2000
/** Of this thread's own processor time, so that others on the machine do not count. */
const MOST = 50

const hosts = Array.from({ length: HOSTS }, (_, n) => uuid(`host${n}`))
const consumers = Array.from({ length: 3500 }, (_, n) => uuid(`consumer${n}`))
const stock = { total: 10_000, reserved: 0, allocationRatio: 1, minUnit: 1, maxUnit: 100, stepSize: 1 }

function processorTime(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

/** The longest time, in milliseconds, that nobody else had a turn while `work` went on. */
async function longestHold(work: () => Promise<unknown>): Promise<number> {
  let longest = 0
  let last = processorTime()
  let over = false
  const tick = (): void => {
    const now = processorTime()
    longest = Math.max(longest, now - last)
    last = now
    if (!over) setImmediate(tick)
  }
  setImmediate(tick)
  await new Promise((resolve) => setImmediate(resolve))
  longest = 0
  await work()
  await new Promise((resolve) => setImmediate(resolve))
  over = true
  return longest
}

describe('no request holds the event loop for 50 ms', { timeout: 120_000 }, () => {
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

  const requests: readonly (readonly [title: string, line: string, body: (() => unknown) | null, status: number])[] = [
    ['a list of all providers', 'GET /resource_providers', null, 200],
    ['all candidates', 'GET /allocation_candidates?resources=VCPU:1,MEMORY_MB:1', null, 200],
    ['candidates where nothing fits', 'GET /allocation_candidates?resources=VCPU:99999', null, 200],
    ['claims of thousands', 'POST /allocations', () => many(spread, null), 204],
    ['candidates after all hosts have changed', 'GET /allocation_candidates?resources=VCPU:1&limit=10', null, 200],
    ['claims of thousands, replaced', 'POST /allocations', () => many(spread, 1, 2), 204],
    ['claims of thousands, refused', 'POST /allocations', short, 409],
    ['a large body that is wrong', 'POST /allocations', () => many(spread, 'x' as never), 400],
    ['the usage of a project', 'GET /usages?project_id=project', null, 200],
    [
      'thousands of aggregates',
      `PUT /resource_providers/${spread(0)}/aggregates`,
      () => ({ aggregates: consumers, resource_provider_generation: 3 }),
      200,
    ],
  ]
  test.each(requests)('%s', async (_, line, body, status) => {
    const sent = body === null ? {} : { raw: JSON.stringify(body()) }
    let answered = 0
    const hold = await longestHold(async () => (answered = (await api.send(line, sent)).status))
    expect(answered).toBe(status)
    expect(hold).toBeLessThan(MOST)
  })
})
