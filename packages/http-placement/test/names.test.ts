import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openApi, type Api } from './support/open-api.ts'
import { addHost } from './support/world.ts'

describe('names', () => {
  let api: Api
  beforeEach(async () => {
    api = await openApi()
  })
  afterEach(() => api.close())

  describe('/traits', () => {
    const list = async (query: string): Promise<readonly string[]> => (await api.done(`GET /traits${query}`)).traits

    test('the standard ones are there, and custom ones are made once', async () => {
      expect((await api.send('GET /traits/HW_CPU_X86_VMX')).status).toBe(204)
      expect((await api.send('GET /traits/CUSTOM_A')).status).toBe(404)
      const made = await api.send('PUT /traits/CUSTOM_A')
      expect([made.status, made.headers.get('location')]).toEqual([201, 'http://placement.example/traits/CUSTOM_A'])
      expect((await api.send('PUT /traits/CUSTOM_A')).status).toBe(204)
      expect((await list('')).length).toBeGreaterThan(300)
    })

    test('one that is made while it is deleted is made, before or after', async () => {
      const lines = Array.from({ length: 40 }, (_, at) => `${at % 2 === 0 ? 'PUT' : 'DELETE'} /traits/CUSTOM_A`)
      const answers = await Promise.all(lines.map((line) => api.send(line)))
      const made = answers.filter((_, at) => at % 2 === 0).map(({ status }) => status)
      expect(made.filter((status) => status !== 201 && status !== 204)).toEqual([])
    })

    test('are found by list, by beginning and by use', async () => {
      await addHost(api, 'host')
      for (const name of ['CUSTOM_A', 'CUSTOM_AB', 'CUSTOM_B']) await api.done(`PUT /traits/${name}`)
      const provider = (await api.done('GET /resource_providers')).resource_providers[0].uuid
      const body = { traits: ['CUSTOM_A'], resource_provider_generation: 1 }
      await api.done(`PUT /resource_providers/${provider}/traits`, body)
      expect(await list('?name=in:CUSTOM_B,CUSTOM_A,CUSTOM_NONE')).toEqual(['CUSTOM_A', 'CUSTOM_B'])
      expect(await list('?name=startswith:CUSTOM_A')).toEqual(['CUSTOM_A', 'CUSTOM_AB'])
      expect(await list('?associated=true')).toEqual(['CUSTOM_A'])
      expect(await list('?name=startswith:CUSTOM&associated=False')).toEqual(['CUSTOM_AB', 'CUSTOM_B'])
    })

    test.each([
      ['?name=CUSTOM_A', 'Badly formatted name parameter.'],
      ['?associated=maybe', 'only accepts "true" or "false"'],
      ['?colour=blue', "('colour' was unexpected)"],
    ])('%s is refused', async (query, detail) => {
      const answer = await api.send(`GET /traits${query}`)
      expect([answer.status, answer.detail]).toEqual([400, expect.stringContaining(detail)])
    })

    test.each(['NOT_CUSTOM', 'CUSTOM_lower', 'CUSTOM_', `CUSTOM_${'A'.repeat(249)}`, 'HW_CPU_X86_VMX'])(
      '%s cannot be made',
      async (name) => {
        const answer = await api.send(`PUT /traits/${name}`)
        expect([answer.status, answer.detail]).toEqual([400, expect.stringContaining('The trait is invalid.')])
      },
    )

    test('only a custom one that nobody has is deleted', async () => {
      const host = await addHost(api, 'host')
      await api.done('PUT /traits/CUSTOM_A')
      const set = (traits: readonly string[], generation: number) =>
        api.done(`PUT /resource_providers/${host}/traits`, { traits, resource_provider_generation: generation })
      await set(['CUSTOM_A'], 1)
      const used = await api.send('DELETE /traits/CUSTOM_A')
      expect([used.status, used.detail]).toEqual([409, expect.stringContaining('is in use by a resource provider.')])
      await set([], 2)
      expect((await api.send('DELETE /traits/CUSTOM_A')).status).toBe(204)
      expect((await api.send('DELETE /traits/CUSTOM_A')).status).toBe(404)
      const standard = await api.send('DELETE /traits/HW_CPU_X86_VMX')
      expect([standard.status, standard.detail]).toEqual([400, expect.stringContaining('Cannot delete standard trait')])
    })
  })

  describe('/resource_classes', () => {
    const list = async (): Promise<readonly string[]> =>
      (await api.done('GET /resource_classes')).resource_classes.map((each: { name: string }) => each.name)

    test('the standard ones come first, then those made here', async () => {
      expect((await api.send('PUT /resource_classes/CUSTOM_A')).status).toBe(201)
      expect((await api.send('PUT /resource_classes/CUSTOM_A')).status).toBe(204)
      const names = await list()
      expect([names[0], names.at(-1)]).toEqual(['VCPU', 'CUSTOM_A'])
      expect(await api.done('GET /resource_classes/CUSTOM_A')).toEqual({
        name: 'CUSTOM_A',
        links: [{ rel: 'self', href: '/resource_classes/CUSTOM_A' }],
      })
    })

    test('POST makes one that is new', async () => {
      const post = (name: unknown) => api.send('POST /resource_classes', { body: { name } })
      const made = await post('CUSTOM_A')
      expect([made.status, made.headers.get('location')]).toEqual([
        201,
        'http://placement.example/resource_classes/CUSTOM_A',
      ])
      expect((await post('CUSTOM_A')).status).toBe(409)
      expect((await post('VCPU')).detail).toContain("'VCPU' does not match '^CUSTOM_[A-Z0-9_]+$'")
      expect((await post(`CUSTOM_${'A'.repeat(250)}`)).detail).toContain("Failed validating 'maxLength'")
    })

    test('PUT gave another name before 1.7, and what was of the class goes by it', async () => {
      await api.done('PUT /resource_classes/CUSTOM_OLD')
      const host = await addHost(api, 'host', { CUSTOM_OLD: { total: 3 } })
      const put = (name: string, to: string) =>
        api.send(`PUT /resource_classes/${name}`, { version: '1.6', body: { name: to } })
      expect((await put('CUSTOM_OLD', 'CUSTOM_NEW')).json.name).toBe('CUSTOM_NEW')
      expect(Object.keys((await api.done(`GET /resource_providers/${host}/inventories`)).inventories)).toEqual([
        'CUSTOM_NEW',
      ])
      expect((await put('VCPU', 'CUSTOM_CPU')).status).toBe(400)
      expect((await put('CUSTOM_NONE', 'CUSTOM_CPU')).status).toBe(404)
      await api.done('PUT /resource_classes/CUSTOM_OTHER')
      expect((await put('CUSTOM_NEW', 'CUSTOM_OTHER')).status).toBe(409)
    })

    test('only a custom one without inventories is deleted', async () => {
      await api.done('PUT /resource_classes/CUSTOM_A')
      const host = await addHost(api, 'host', { CUSTOM_A: { total: 3 } })
      const used = await api.send('DELETE /resource_classes/CUSTOM_A')
      expect([used.status, used.detail]).toEqual([409, expect.stringContaining('Class is in use in inventory.')])
      await api.done(`DELETE /resource_providers/${host}/inventories`)
      expect((await api.send('DELETE /resource_classes/CUSTOM_A')).status).toBe(204)
      expect((await api.send('DELETE /resource_classes/CUSTOM_A')).status).toBe(404)
      expect((await api.send('DELETE /resource_classes/VCPU')).detail).toContain(
        'Cannot delete standard resource class',
      )
    })
  })
})
