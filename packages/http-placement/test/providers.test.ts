import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openApi, type Api } from './support/open-api.ts'
import { addChild, addHost, allocation, CONSUMER, generationOf, PROVIDER, uuid } from './support/world.ts'

const UP = 'parent_provider_uuid'

describe('/resource_providers', () => {
  let api: Api
  beforeEach(async () => {
    api = await openApi()
  })
  afterEach(() => api.close())
  const create = (body: object, version = '1.39') => api.send('POST /resource_providers', { body, version })
  const names = async (query: string, version = '1.39'): Promise<readonly string[]> => {
    const { resource_providers: found } = await api.done(`GET /resource_providers${query}`, undefined, version)
    return (found as { name: string }[]).map((each) => each.name).toSorted()
  }

  test('is created without a body at first, and with one from 1.20 on', async () => {
    const old = await create({ name: 'old', uuid: PROVIDER }, '1.19')
    expect([old.status, old.text, old.headers.get('content-type')]).toEqual([201, '', null])
    expect(old.headers.get('location')).toBe(`http://placement.example/resource_providers/${PROVIDER}`)
    const made = await create({ name: 'new' })
    expect(made.status).toBe(200)
    expect(made.json).toMatchObject({ name: 'new', generation: 0, [UP]: null, root_provider_uuid: made.json.uuid })
  })

  test('links grow with the versions', async () => {
    await create({ name: 'a', uuid: PROVIDER })
    const rels = async (version: string) =>
      (await api.done(`GET /resource_providers/${PROVIDER}`, undefined, version)).links.map(
        (l: { rel: string }) => l.rel,
      )
    expect(await rels('1.0')).toEqual(['self', 'inventories', 'usages'])
    expect(await rels('1.1')).toContain('aggregates')
    expect(await rels('1.6')).toContain('traits')
    expect(await rels('1.11')).toContain('allocations')
  })

  test('takes an id in any spelling and keeps one', async () => {
    const spelled = PROVIDER.replaceAll('-', '').toUpperCase()
    expect((await create({ name: 'a', uuid: spelled })).json.uuid).toBe(PROVIDER)
  })

  test.each([
    ['a name that is too long', { name: 'x'.repeat(201) }, "Failed validating 'maxLength'"],
    ['an empty name', { name: '' }, 'name is required'],
    ['a number for a name', { name: 1 }, "1 is not of type 'string'"],
    ['no name', {}, "'name' is a required property"],
    ['what is no id', { name: 'a', uuid: 'b' }, "'b' is not a 'uuid'"],
    ['an unknown key', { name: 'a', colour: 1 }, "Additional properties are not allowed ('colour' was unexpected)"],
    ['an unknown parent', { name: 'a', [UP]: uuid('nobody') }, 'parent provider UUID does not exist.'],
    [
      'itself for a parent',
      { name: 'a', uuid: PROVIDER, [UP]: PROVIDER },
      'parent provider UUID cannot be same as UUID',
    ],
    ['what is no id for a parent', { name: 'a', [UP]: 'b' }, "'b' is not a 'uuid'"],
    ['a list', [], "[] is not of type 'object'"],
  ])('refuses %s', async (_, body, detail) => {
    const answer = await create(body)
    expect([answer.status, answer.detail]).toEqual([400, expect.stringContaining(detail)])
    expect(await names('')).toEqual([])
  })

  test('names and ids are there once', async () => {
    await create({ name: 'a', uuid: PROVIDER })
    const again = await create({ name: 'a' })
    expect([again.status, again.code]).toEqual([409, 'placement.duplicate_name'])
    expect(again.detail).toContain('Conflicting resource provider name: a already exists.')
    const sameId = await create({ name: 'b', uuid: PROVIDER })
    expect(sameId.detail).toContain(`Conflicting resource provider uuid: ${PROVIDER} already exists.`)
    await create({ name: 'c', uuid: uuid('c') })
    const renamed = await api.send(`PUT /resource_providers/${uuid('c')}`, { body: { name: 'a' } })
    expect([renamed.status, renamed.code]).toEqual([409, 'placement.duplicate_name'])
  })

  test('names hold any character', async () => {
    const name = 'Ω "quoted" <tag> 😀'
    await create({ name, uuid: PROVIDER })
    expect(await names(`?name=${encodeURIComponent(name)}`)).toEqual([name])
  })

  test('a parent is set once before 1.37, and freely since', async () => {
    await addChild(api, 'child', await addHost(api, 'a'))
    await addHost(api, 'b')
    const line = `PUT /resource_providers/${uuid('child')}`
    const move = (parent: string | null, version: string) =>
      api.send(line, { version, body: { name: 'child', [UP]: parent } })
    expect((await move(uuid('b'), '1.36')).detail).toContain('re-parenting a provider is not currently allowed.')
    expect((await move(null, '1.36')).detail).toContain('un-parenting a provider is not currently allowed.')
    expect((await move(uuid('a'), '1.36')).status).toBe(200)
    expect((await move(uuid('b'), '1.37')).json.root_provider_uuid).toBe(uuid('b'))
    expect((await move(null, '1.37')).json).toMatchObject({ [UP]: null, root_provider_uuid: uuid('child') })
  })

  test('all below a provider move with it, and nobody moves below itself', async () => {
    await addChild(api, 'leaf', await addChild(api, 'middle', await addHost(api, 'a')))
    await addHost(api, 'b')
    const move = (name: string, parent: string) =>
      api.send(`PUT /resource_providers/${uuid(name)}`, { body: { name, [UP]: uuid(parent) } })
    expect((await move('middle', 'b')).status).toBe(200)
    expect((await api.done(`GET /resource_providers/${uuid('leaf')}`)).root_provider_uuid).toBe(uuid('b'))
    expect(await names(`?in_tree=${uuid('leaf')}`)).toEqual(['b', 'leaf', 'middle'])
    for (const below of ['leaf', 'b']) {
      const loop = await move('b', below)
      expect([loop.status, loop.detail]).toEqual([400, expect.stringContaining('creating loop in the provider tree')])
    }
    expect((await move('b', 'nobody')).detail).toContain('parent provider UUID does not exist.')
  })

  test('only one without children and allocations is deleted', async () => {
    await addHost(api, 'a')
    await addChild(api, 'child', uuid('a'))
    await api.done(`PUT /allocations/${CONSUMER}`, allocation({ [uuid('a')]: { VCPU: 1 } }))
    const remove = (name: string) => api.send(`DELETE /resource_providers/${uuid(name)}`)
    expect(await remove('a')).toMatchObject({ status: 409, code: 'placement.resource_provider.cannot_delete_parent' })
    expect((await remove('child')).status).toBe(204)
    expect(await remove('a')).toMatchObject({ status: 409, code: 'placement.resource_provider.inuse' })
    await api.done(`DELETE /allocations/${CONSUMER}`)
    expect((await remove('a')).status).toBe(204)
    const gone = await remove('a')
    expect([gone.status, gone.detail]).toEqual([404, expect.stringContaining('found for delete')])
    expect(await names('')).toEqual([])
  })

  test('renaming and moving leave the generation alone', async () => {
    await addHost(api, 'a')
    await api.done(`PUT /resource_providers/${uuid('a')}`, { name: 'b' })
    expect(await generationOf(api, uuid('a'))).toBe(1)
  })

  describe('filters', () => {
    const aggregates = ['one', 'two'].map(uuid)
    beforeEach(async () => {
      for (const name of ['a', 'b']) await addHost(api, name)
      await addChild(api, 'below', uuid('a'))
      const set = (name: string, list: readonly (string | undefined)[]) =>
        api.done(`PUT /resource_providers/${uuid(name)}/aggregates`, list, '1.18')
      await set('a', [aggregates[0]])
      await set('b', aggregates)
      await api.done('PUT /traits/CUSTOM_FAST')
      const traits = { traits: ['CUSTOM_FAST', 'HW_CPU_X86_AVX'], resource_provider_generation: 1 }
      await api.done(`PUT /resource_providers/${uuid('a')}/traits`, traits)
      await api.done(`PUT /allocations/${CONSUMER}`, allocation({ [uuid('b')]: { VCPU: 20 } }))
    })

    test.each<readonly [query: string, found: readonly string[]]>([
      ['', ['a', 'b', 'below']],
      ['?name=b', ['b']],
      ['?name=', ['a', 'b', 'below']],
      [`?uuid=${uuid('a')}`, ['a']],
      [`?uuid=${uuid('a')}&name=b`, []],
      [`?in_tree=${uuid('below')}`, ['a', 'below']],
      [`?in_tree=${uuid('nobody')}`, []],
      [`?member_of=${uuid('one')}`, ['a', 'b']],
      [`?member_of=in:${uuid('two')},${uuid('nobody')}`, ['b']],
      [`?member_of=${uuid('one')}&member_of=${uuid('two')}`, ['b']],
      [`?member_of=!${uuid('two')}`, ['a', 'below']],
      [`?member_of=!in:${uuid('one')},${uuid('two')}`, ['below']],
      ['?required=CUSTOM_FAST', ['a']],
      ['?required=CUSTOM_FAST,HW_CPU_X86_AVX2', []],
      ['?required=!CUSTOM_FAST', ['b', 'below']],
      ['?required=in:CUSTOM_FAST,HW_CPU_X86_AVX2', ['a']],
      ['?required=CUSTOM_FAST&required=!HW_CPU_X86_AVX', []],
      ['?resources=VCPU:12', ['a', 'b']],
      ['?resources=VCPU:13', ['a']],
      ['?resources=VCPU:33', []],
      ['?resources=MEMORY_MB:3072', ['a', 'b']],
      ['?resources=MEMORY_MB:3073', []],
      ['?resources=DISK_GB:9', []],
      ['?resources=DISK_GB:51', []],
      ['?resources=VCPU:1,SRIOV_NET_VF:1', []],
    ])('%s finds %j', async (query, found) => {
      expect(await names(query)).toEqual(found)
    })

    test.each([
      ['?uuid=b', '1.39', "'b' is not a 'uuid'"],
      ['?member_of=b', '1.39', "Expected 'member_of' parameter to contain valid UUID(s). Got: b"],
      [`?member_of=${uuid('one')},${uuid('two')}`, '1.39', "must be prefixed with the 'in:' or '!in:' keyword"],
      [`?member_of=${uuid('one')}&member_of=${uuid('two')}`, '1.23', 'Multiple member_of parameters are not supported'],
      [`?member_of=!${uuid('one')}`, '1.31', 'Forbidden member_of parameters are not supported'],
      [`?in_tree=${uuid('a')}`, '1.13', "('in_tree' was unexpected)"],
      ['?required=CUSTOM_NONE', '1.39', 'No such trait(s): CUSTOM_NONE.'],
      ['?required=', '1.39', 'Got an empty trait in: '],
      ['?required=!CUSTOM_FAST', '1.21', 'parameter value of the form: HW_CPU_X86_VMX,CUSTOM_MAGIC. Got: !CUSTOM_FAST'],
      ['?required=in:CUSTOM_FAST', '1.38', 'only supported since microversion 1.39'],
      ['?required=in:CUSTOM_FAST,!HW_CPU_X86_AVX', '1.39', 'does not support forbidden traits'],
      ['?resources=', '1.39', 'Got: empty string.'],
      ['?resources=VCPU', '1.39', '?resources=VCPU:2,MEMORY_MB:1024. Got: VCPU.'],
      ['?resources=VCPU:1,', '1.39', 'Badly formed resources parameter'],
      ['?resources=VCPU:x', '1.39', 'expected positive integer amount. Got: x.'],
      ['?resources=VCPU:0', '1.39', 'requires amount >= 1. Got: 0.'],
      ['?resources=CUSTOM_NONE:1', '1.39', 'No such resource class CUSTOM_NONE.'],
    ])('%s at %s is refused', async (query, version, detail) => {
      const answer = await api.send(`GET /resource_providers${query}`, { version })
      expect([answer.status, answer.detail]).toEqual([400, expect.stringContaining(detail)])
    })

    test('before 1.39 the last value of required counts', async () => {
      expect(await names('?required=HW_CPU_X86_AVX2&required=CUSTOM_FAST', '1.38')).toEqual(['a'])
    })
  })
})
