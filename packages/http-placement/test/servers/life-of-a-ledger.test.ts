import { mysql, postgres } from '@novakit/core'
import { audit } from '@novakit/placement'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testDatabase } from '../../../../tools/servers/test-database.ts'
import { describeOn, testServer } from '../../../../tools/servers/test-server.ts'
import { openApi, type Api } from '../support/open-api.ts'
import { addChild, addHost, allocation, CONSUMER, generationOf, OWNER, uuid } from '../support/world.ts'

const drivers = { postgresql: postgres, mariadb: mysql }

for (const name of ['postgresql', 'mariadb'] as const) {
  describeOn(await testServer(name), `the Placement API on ${name}`, (url) => {
    const database = testDatabase(name, url)
    const host = uuid('host')
    let api: Api
    beforeAll(async () => {
      api = await openApi({ driver: drivers[name]({ url: database.url }) })
      await addHost(api, 'host')
    })
    afterAll(() => api.close())
    const status = async (line: string, body?: unknown, version = '1.39') =>
      (await api.send(line, body === undefined ? { version } : { body, version })).status

    test('names are made, renamed, used and deleted', async () => {
      expect(await status('PUT /resource_classes/CUSTOM_A')).toBe(201)
      expect(await status('PUT /resource_classes/CUSTOM_A')).toBe(204)
      expect(await status('PUT /resource_classes/CUSTOM_A', { name: 'CUSTOM_B' }, '1.6')).toBe(200)
      expect(await status('DELETE /resource_classes/CUSTOM_B')).toBe(204)
      expect([await status('PUT /traits/CUSTOM_T'), await status('PUT /traits/CUSTOM_T')]).toEqual([201, 204])
      const traits = { traits: ['CUSTOM_T', 'HW_CPU_X86_AVX'], resource_provider_generation: 1 }
      expect(await status(`PUT /resource_providers/${host}/traits`, traits)).toBe(200)
      expect(await status('DELETE /traits/CUSTOM_T')).toBe(409)
      expect((await api.done('GET /traits?associated=true')).traits).toEqual(['CUSTOM_T', 'HW_CPU_X86_AVX'])
    })

    test('trees are made, moved and taken apart', async () => {
      const middle = await addChild(api, 'middle', host)
      await addChild(api, 'leaf', middle, { VGPU: { total: 2 } })
      const line = `PUT /resource_providers/${middle}`
      expect(await status(line, { name: 'middle', parent_provider_uuid: null })).toBe(200)
      expect((await api.done(`GET /resource_providers/${uuid('leaf')}`)).root_provider_uuid).toBe(middle)
      expect(await status(line, { name: 'host', parent_provider_uuid: null })).toBe(409)
      expect(await status(line, { name: 'middle', parent_provider_uuid: uuid('leaf') })).toBe(400)
      expect(await status(line, { name: 'middle', parent_provider_uuid: host })).toBe(200)
      const { resource_providers: found } = await api.done(`GET /resource_providers?in_tree=${host}&resources=VGPU:2`)
      expect(found).toHaveLength(1)
      const aggregates = { aggregates: [uuid('one')], resource_provider_generation: 0 }
      expect(await status(`PUT /resource_providers/${middle}/aggregates`, aggregates)).toBe(200)
    })

    test('a candidate is claimed, replaced, counted and given back', async () => {
      const query = 'resources=VCPU:2,MEMORY_MB:256&resources1=VGPU:1'
      const [first] = (await api.done(`GET /allocation_candidates?${query}&limit=1`)).allocation_requests
      const body = { ...first, ...OWNER, consumer_generation: null, consumer_type: 'INSTANCE' }
      expect(await status(`PUT /allocations/${CONSUMER}`, body)).toBe(204)
      expect(await status(`PUT /allocations/${CONSUMER}`, body)).toBe(409)
      const grown = allocation({ [host]: { VCPU: 4, DISK_GB: 20 } }, 1)
      const other = allocation({ [host]: { VCPU: 28 }, [uuid('leaf')]: { VGPU: 2 } })
      expect(await status('POST /allocations', { [CONSUMER]: grown, [uuid('other')]: other })).toBe(204)
      expect(await status(`PUT /allocations/${uuid('third')}`, allocation({ [host]: { VCPU: 1 } }))).toBe(409)
      expect((await api.done('GET /usages?project_id=project')).usages).toEqual({
        INSTANCE: { VCPU: 32, DISK_GB: 20, VGPU: 2, consumer_count: 2 },
      })
      expect(Object.keys((await api.done(`GET /resource_providers/${host}/allocations`)).allocations)).toHaveLength(2)
      expect(await status(`DELETE /allocations/${uuid('other')}`)).toBe(204)
      expect((await api.done(`GET /allocation_candidates?${query}`)).allocation_requests).toHaveLength(1)
    })

    test('an inventory moves to a child with what is held of it', async () => {
      const child = await addChild(api, 'child', host)
      const inventories = {
        [host]: {
          resource_provider_generation: await generationOf(api, host),
          inventories: { VCPU: { total: 16 }, MEMORY_MB: { total: 4096 } },
        },
        [child]: { resource_provider_generation: 0, inventories: { DISK_GB: { total: 100 } } },
      }
      const moved = { [CONSUMER]: allocation({ [host]: { VCPU: 4 }, [child]: { DISK_GB: 20 } }, 2) }
      expect(await status('POST /reshaper', { inventories, allocations: moved })).toBe(204)
      expect((await api.done(`GET /resource_providers/${child}/usages`)).usages).toEqual({ DISK_GB: 20 })
      expect(await status(`DELETE /resource_providers/${child}/inventories`)).toBe(409)
    })

    test('at the end the ledger is in order', async () => {
      expect(await api.store.read((tx) => audit(tx))).toEqual([])
      expect(await status(`DELETE /allocations/${CONSUMER}`)).toBe(204)
      for (const each of ['child', 'leaf', 'middle', 'host']) {
        expect([each, await status(`DELETE /resource_providers/${uuid(each)}`)]).toEqual([each, 204])
      }
      expect((await api.done('GET /resource_providers')).resource_providers).toEqual([])
    })
  })
}
