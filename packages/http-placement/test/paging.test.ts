import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openApi, type Api } from './support/open-api.ts'
import { addHost, allocation, uuid } from './support/world.ts'

describe('pages of long lists', () => {
  let api: Api
  beforeEach(async () => {
    api = await openApi()
  })
  afterEach(() => api.close())

  /** Reads page after page. @returns how many entries each had, and all of them */
  const pages = async (path: string, limit: number, entriesOf: (body: any) => readonly string[]) => {
    const sizes: number[] = []
    const all: string[] = []
    for (let marker: string | null = ''; marker !== null;) {
      const headers = { 'x-page-limit': String(limit), ...(marker === '' ? {} : { 'x-page-marker': marker }) }
      const answer = await api.send(`GET ${path}`, { headers })
      const entries = entriesOf(answer.json)
      sizes.push(entries.length)
      all.push(...entries)
      marker = answer.headers.get('x-page-next')
    }
    return { sizes, all }
  }

  test('providers come by id, each of them once', async () => {
    const ids: string[] = []
    for (let n = 0; n < 5; n++) ids.push(await addHost(api, `host${n}`))
    const uuids = (body: any) => body.resource_providers.map((each: { uuid: string }) => each.uuid)
    expect(await pages('/resource_providers', 2, uuids)).toEqual({ sizes: [2, 2, 1], all: ids.toSorted() })
    expect((await pages('/resource_providers', 5, uuids)).sizes).toEqual([5])
    const two = await pages('/resource_providers?resources=VCPU:1', 3, uuids)
    expect(two.sizes).toEqual([3, 2])
  })

  test('consumers of a provider, too', async () => {
    const host = await addHost(api, 'host')
    const consumers = Array.from({ length: 5 }, (_, n) => uuid(`consumer${n}`))
    for (const each of consumers) await api.done(`PUT /allocations/${each}`, allocation({ [host]: { VCPU: 1 } }))
    const found = await pages(`/resource_providers/${host}/allocations`, 2, (body) => Object.keys(body.allocations))
    expect(found).toEqual({ sizes: [2, 2, 1], all: consumers.toSorted() })
  })

  test('whoever does not ask gets everything, and a wrong limit is refused', async () => {
    for (let n = 0; n < 3; n++) await addHost(api, `host${n}`)
    const whole = await api.send('GET /resource_providers')
    expect(whole.json.resource_providers).toHaveLength(3)
    expect(whole.headers.get('x-page-next')).toBeNull()
    for (const limit of ['0', '-1', 'x', '9999999']) {
      expect((await api.send('GET /resource_providers', { headers: { 'x-page-limit': limit } })).status).toBe(400)
    }
  })
})
