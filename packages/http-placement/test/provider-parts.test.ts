import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openApi, type Api } from './support/open-api.ts'
import { addHost, allocation, CONSUMER, generationOf, uuid } from './support/world.ts'

describe('what a provider has', () => {
  let api: Api
  let host: string
  let path: string
  beforeEach(async () => {
    api = await openApi()
    host = await addHost(api, 'host')
    path = `/resource_providers/${host}`
  })
  afterEach(() => api.close())
  const gen = { resource_provider_generation: 1 }

  describe('inventories', () => {
    test('are told with what was left out', async () => {
      const { inventories, ...rest } = await api.done(`GET ${path}/inventories`)
      expect(rest).toEqual(gen)
      expect(inventories.VCPU).toEqual({
        total: 16,
        reserved: 0,
        min_unit: 1,
        max_unit: 2_147_483_647,
        step_size: 1,
        allocation_ratio: 2,
      })
    })

    test('one is added, told, changed and removed, and the generation grows each time', async () => {
      const added = await api.send(`POST ${path}/inventories`, { body: { resource_class: 'VGPU', total: 4 } })
      expect([added.status, added.json.resource_provider_generation]).toEqual([201, 2])
      expect(added.headers.get('location')).toBe(`http://placement.example${path}/inventories/VGPU`)
      expect((await api.done(`GET ${path}/inventories/VGPU`)).total).toBe(4)
      const body = { total: 8, resource_provider_generation: 2 }
      expect((await api.done(`PUT ${path}/inventories/VGPU`, body)).total).toBe(8)
      expect((await api.send(`DELETE ${path}/inventories/VGPU`)).status).toBe(204)
      expect(await generationOf(api, host)).toBe(4)
      expect((await api.send(`GET ${path}/inventories/VGPU`)).status).toBe(404)
    })

    const put = (inventories: unknown, more: object = gen) => ({ body: { ...more, inventories } })
    const one = (fields: object) => put({ VGPU: { total: 1, ...fields } })
    test.each([
      ['an old generation', put({}, { resource_provider_generation: 0 }), 409, 'resource provider generation conflict'],
      ['no generation', put({}, {}), 400, "'resource_provider_generation' is a required property"],
      ['no total', put({ VGPU: {} }), 400, "'total' is a required property"],
      ['a total of zero', one({ total: 0 }), 400, '0 is less than the minimum of 1'],
      ['a total beyond the column', one({ total: 2 ** 31 }), 400, "Failed validating 'maximum' in schema"],
      ['a ratio beyond the column', one({ allocation_ratio: 3.5e38 }), 400, "['allocation_ratio']"],
      ['a unit of zero', one({ min_unit: 0 }), 400, '0 is less than the minimum of 1'],
      ['a step of zero', one({ step_size: 0 }), 400, '0 is less than the minimum of 1'],
      ['a word for a number', one({ total: 'a' }), 400, "'a' is not of type 'integer'"],
      ['a fraction', one({ total: 1.5 }), 400, "1.5 is not of type 'integer'"],
      ['true for a number', one({ reserved: true }), 400, "True is not of type 'integer'"],
      ['more reserved than there is', one({ reserved: 2 }), 400, 'The reserved value is greater than total.'],
      ['an unknown class', put({ CUSTOM_NONE: { total: 1 } }), 400, 'No such resource class CUSTOM_NONE.'],
      ['an unknown key', one({ colour: 1 }), 400, "('colour' was unexpected)"],
    ])('%s changes nothing', async (_, sent, status, detail) => {
      const answer = await api.send(`PUT ${path}/inventories`, sent)
      expect([answer.status, answer.detail]).toEqual([status, expect.stringContaining(detail)])
      expect(await generationOf(api, host)).toBe(1)
      expect(Object.keys((await api.done(`GET ${path}/inventories`)).inventories)).toHaveLength(3)
    })

    test('all of it may be reserved from 1.26 on', async () => {
      const full = { body: { resource_class: 'VGPU', total: 4, reserved: 4 } }
      const old = await api.send(`POST ${path}/inventories`, { ...full, version: '1.25' })
      expect([old.status, old.detail]).toEqual([400, expect.stringContaining('greater than or equal to total')])
      expect((await api.send(`POST ${path}/inventories`, { ...full, version: '1.26' })).status).toBe(201)
    })

    test('one that is there is not added again, and one that is not there not changed', async () => {
      const again = await api.send(`POST ${path}/inventories`, { body: { resource_class: 'VCPU', total: 4 } })
      expect([again.status, again.code]).toEqual([409, 'placement.concurrent_update'])
      const missing = await api.send(`PUT ${path}/inventories/VGPU`, { body: { total: 1, ...gen } })
      expect([missing.status, missing.detail]).toEqual([400, expect.stringContaining('No inventory record')])
      expect((await api.send(`DELETE ${path}/inventories/VGPU`)).status).toBe(404)
      expect((await api.send(`POST /resource_providers/${uuid('x')}/inventories`, { body: {} })).status).toBe(404)
    })

    test('what is used stays, and may shrink below its use', async () => {
      await api.done(`PUT /allocations/${CONSUMER}`, allocation({ [host]: { VCPU: 8, DISK_GB: 10 } }))
      const all = await api.send(`DELETE ${path}/inventories`)
      expect([all.status, all.code]).toEqual([409, 'placement.inventory.inuse'])
      expect(all.detail).toContain(`Inventory for 'VCPU, DISK_GB' on resource provider '${host}' in use.`)
      const none = { inventories: {}, resource_provider_generation: 2 }
      expect(await api.send(`PUT ${path}/inventories`, { body: none })).toMatchObject({
        status: 409,
        code: 'placement.inventory.inuse',
      })
      expect(await api.send(`DELETE ${path}/inventories/VCPU`)).toMatchObject({
        status: 409,
        code: 'placement.concurrent_update',
      })
      const small = { VCPU: { total: 1 }, DISK_GB: { total: 100 } }
      await api.done(`PUT ${path}/inventories`, { inventories: small, resource_provider_generation: 2 })
      expect((await api.done(`GET ${path}/usages`)).usages).toEqual({ VCPU: 8, DISK_GB: 10 })
    })
  })

  describe('aggregates', () => {
    const [one, two] = ['one', 'two'].map(uuid)

    test('are a bare list without generation before 1.19', async () => {
      expect(await api.done(`PUT ${path}/aggregates`, [one, two], '1.18')).toEqual({ aggregates: [one, two] })
      expect(await generationOf(api, host)).toBe(1)
      expect(new Set((await api.done(`GET ${path}/aggregates`, undefined, '1.18')).aggregates)).toEqual(
        new Set([one, two]),
      )
    })

    test('are guarded by the generation since, and raise it', async () => {
      const body = { aggregates: [one], ...gen }
      expect(await api.done(`PUT ${path}/aggregates`, body)).toEqual({ ...body, resource_provider_generation: 2 })
      const again = await api.send(`PUT ${path}/aggregates`, { body })
      expect([again.status, again.code]).toEqual([409, 'placement.concurrent_update'])
      expect(again.detail).toContain("Resource provider's generation already changed.")
    })

    test.each([
      ['twice the same', [one, one], '1.18', 'has non-unique elements'],
      ['no id', ['a'], '1.18', "'a' is not a 'uuid'"],
      ['the new form in old times', { aggregates: [] }, '1.18', "is not of type 'array'"],
      ['the old form in new times', [], '1.19', "is not of type 'object'"],
      ['no generation', { aggregates: [] }, '1.19', "'resource_provider_generation' is a required property"],
    ])('refuse %s', async (_, body, version, detail) => {
      const answer = await api.send(`PUT ${path}/aggregates`, { body, version })
      expect([answer.status, answer.detail]).toEqual([400, expect.stringContaining(detail)])
    })
  })

  describe('traits', () => {
    const set = (traits: unknown, generation: unknown = 1) =>
      api.send(`PUT ${path}/traits`, { body: { traits, resource_provider_generation: generation } })

    test('are replaced, and only a change raises the generation', async () => {
      expect((await set(['HW_CPU_X86_AVX'])).json).toEqual({
        traits: ['HW_CPU_X86_AVX'],
        resource_provider_generation: 2,
      })
      expect((await set(['HW_CPU_X86_AVX'], 2)).json.resource_provider_generation).toBe(2)
      expect((await api.send(`DELETE ${path}/traits`)).status).toBe(204)
      expect(await api.done(`GET ${path}/traits`)).toEqual({ traits: [], resource_provider_generation: 3 })
    })

    test.each([
      ['an old generation', ['HW_CPU_X86_AVX'], 0, 409, "Resource provider's generation already changed."],
      ['an unknown trait', ['CUSTOM_NONE'], 1, 400, 'No such trait CUSTOM_NONE'],
      ['a word', 'HW_CPU_X86_AVX', 1, 400, "'HW_CPU_X86_AVX' is not of type 'array'"],
      ['a word for a generation', [], 'a', 400, "'a' is not of type 'integer'"],
    ])('refuse %s', async (_, traits, generation, status, detail) => {
      const answer = await set(traits, generation)
      expect([answer.status, answer.detail]).toEqual([status, expect.stringContaining(detail)])
      expect((await api.done(`GET ${path}/traits`)).traits).toEqual([])
    })
  })
})
