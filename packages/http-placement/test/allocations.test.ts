import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openApi, type Api } from './support/open-api.ts'
import { addChild, addHost, allocation, CONSUMER, generationOf, OWNER, uuid } from './support/world.ts'

/** What is wrong, what is sent, and what is answered; the code where it is not the usual one. */
type Refusal<Sent extends readonly unknown[]> = readonly [
  title: string,
  ...sent: Sent,
  status: number,
  detail: string,
  code?: string,
]

function named<Sent extends readonly unknown[]>([title, ...rest]: Refusal<Sent>) {
  const at = rest.findIndex((each) => typeof each === 'number')
  const [status, detail, code = 'placement.undefined_code'] = rest.slice(at) as [number, string, string?]
  return { title, sent: rest.slice(0, at) as unknown as Sent, status, detail, code }
}

const NOBODY = '00000000-0000-0000-0000-000000000000'

describe('allocations', () => {
  let api: Api
  let host: string
  beforeEach(async () => {
    api = await openApi()
    host = await addHost(api, 'host')
  })
  afterEach(() => api.close())
  const put = (body: object, version = '1.39', consumer = CONSUMER) =>
    api.send(`PUT /allocations/${consumer}`, { body, version })
  const held = async (consumer = CONSUMER) => (await api.done(`GET /allocations/${consumer}`)).allocations
  const usages = async (provider = host) => (await api.done(`GET /resource_providers/${provider}/usages`)).usages

  test('one is written, told from both sides, and given back', async () => {
    expect((await put(allocation({ [host]: { VCPU: 2, DISK_GB: 10 } }))).status).toBe(204)
    expect(await api.done(`GET /allocations/${CONSUMER}`)).toEqual({
      allocations: { [host]: { generation: 2, resources: { DISK_GB: 10, VCPU: 2 } } },
      consumer_generation: 1,
      consumer_type: 'INSTANCE',
      ...OWNER,
    })
    expect(await api.done(`GET /resource_providers/${host}/allocations`)).toEqual({
      allocations: { [CONSUMER]: { resources: { DISK_GB: 10, VCPU: 2 }, consumer_generation: 1 } },
      resource_provider_generation: 2,
    })
    expect(await usages()).toEqual({ VCPU: 2, DISK_GB: 10, MEMORY_MB: 0 })
    expect((await api.send(`DELETE /allocations/${CONSUMER}`)).status).toBe(204)
    expect(await usages()).toEqual({ VCPU: 0, DISK_GB: 0, MEMORY_MB: 0 })
    expect(await generationOf(api, host)).toBe(2)
    const again = await api.send(`DELETE /allocations/${CONSUMER}`)
    expect([again.status, again.detail]).toEqual([404, expect.stringContaining('No allocations for consumer')])
  })

  test.each(['1.12', '1.39'])('one provider written in two ways is refused in %s', async (version) => {
    const twice = { [host]: { resources: { VCPU: 1 } }, [host.toUpperCase()]: { resources: { DISK_GB: 10 } } }
    const { consumer_generation, consumer_type, ...whole } = { ...allocation({}), allocations: twice }
    const body = version === '1.12' ? whole : { ...whole, consumer_generation, consumer_type }
    const answer = await put(body, version)
    expect([answer.status, answer.detail]).toEqual([400, expect.stringContaining(`'${host}' more than once`)])
  })

  test('a consumer that holds nothing is known to nobody', async () => {
    expect(await api.done(`GET /allocations/${uuid('x')}`)).toEqual({ allocations: {} })
    await put(allocation({ [host]: { VCPU: 2 } }))
    expect((await put(allocation({}, 1))).status).toBe(204)
    expect(await api.done(`GET /allocations/${CONSUMER}`)).toEqual({ allocations: {} })
    expect((await put(allocation({ [host]: { VCPU: 2 } }, null))).status).toBe(204)
  })

  const list = (resources: object) => ({ allocations: [{ resource_provider: { uuid: uuid('host') }, resources }] })
  const dict = (resources: object) => ({ allocations: { [uuid('host')]: { resources } } })
  test.each<readonly [version: string, body: object, shown: object]>([
    ['1.0', list({ VCPU: 1 }), { project_id: NOBODY, user_id: NOBODY, consumer_type: 'unknown' }],
    ['1.8', { ...list({ VCPU: 1 }), ...OWNER }, { ...OWNER, consumer_type: 'unknown' }],
    ['1.12', { ...dict({ VCPU: 1 }), ...OWNER }, { ...OWNER, consumer_type: 'unknown' }],
    ['1.28', { ...dict({ VCPU: 1 }), ...OWNER, consumer_generation: null }, { ...OWNER, consumer_type: 'unknown' }],
    ['1.34', { ...dict({ VCPU: 1 }), ...OWNER, consumer_generation: null, mappings: { '': [uuid('m')] } }, OWNER],
    ['1.38', allocation({ [uuid('host')]: { VCPU: 1 } }), { ...OWNER, consumer_type: 'INSTANCE' }],
  ])('the body of %s is understood', async (version, body, shown) => {
    expect((await put(body, version)).status).toBe(204)
    expect(await api.done(`GET /allocations/${CONSUMER}`)).toMatchObject(shown)
    expect(await held()).toEqual({ [host]: { generation: 2, resources: { VCPU: 1 } } })
  })

  test('answers tell what their version knows', async () => {
    await put(allocation({ [host]: { VCPU: 1 } }))
    const keys = async (version: string) =>
      Object.keys(await api.done(`GET /allocations/${CONSUMER}`, undefined, version)).toSorted()
    expect(await keys('1.11')).toEqual(['allocations'])
    expect(await keys('1.12')).toEqual(['allocations', 'project_id', 'user_id'])
    expect(await keys('1.28')).toContain('consumer_generation')
    expect(await keys('1.37')).not.toContain('consumer_type')
  })

  test('writing for a consumer with a type in an older version keeps the type', async () => {
    await put(allocation({ [host]: { VCPU: 1 } }))
    const { consumer_type: _, ...old } = allocation({ [host]: { VCPU: 2 } }, 1)
    expect((await put(old, '1.37')).status).toBe(204)
    expect((await api.done(`GET /allocations/${CONSUMER}`)).consumer_type).toBe('INSTANCE')
  })

  const taking = (resources: object) => allocation({ [uuid('host')]: resources })
  const refusals: readonly Refusal<[body: object]>[] = [
    ['more than is left', taking({ VCPU: 33 }), 409, 'The requested amount would exceed the capacity.'],
    ['less than the least unit', taking({ DISK_GB: 5 }), 409, 'would violate inventory constraints'],
    ['more than the greatest unit', taking({ DISK_GB: 60 }), 409, 'would violate inventory constraints'],
    ['what is no multiple of the step', taking({ MEMORY_MB: 300 }), 409, 'would violate inventory constraints'],
    ['a number beyond all', taking({ VCPU: 2 ** 40 }), 409, 'would violate inventory constraints'],
    ['a class without inventory', taking({ VGPU: 1 }), 409, "Inventory for 'VGPU' on resource provider"],
    ['an unknown class', taking({ CUSTOM_NONE: 1 }), 400, 'No such resource class CUSTOM_NONE.'],
    ['an unknown provider', allocation({ [uuid('x')]: { VCPU: 1 } }), 400, `'${uuid('x')}' that does not exist.`],
    [
      'a generation of nobody',
      allocation({ [uuid('host')]: { VCPU: 1 } }, 5),
      409,
      'expected null but got 5',
      'placement.concurrent_update',
    ],
    ['an amount of zero', taking({ VCPU: 0 }), 400, '0 is less than the minimum of 1'],
    ['no amounts', taking({}), 400, 'does not have enough properties'],
    ['a class in small letters', taking({ vcpu: 1 }), 400, "'vcpu' does not match any of the regexes: '^[A-Z0-9_]+$'"],
    [
      'a type in small letters',
      { ...taking({ VCPU: 1 }), consumer_type: 'instance' },
      400,
      "'instance' does not match '^[A-Z0-9_]+$'",
    ],
    ['an empty project', { ...taking({ VCPU: 1 }), project_id: '' }, 400, "'' is too short"],
    ['a long project', { ...taking({ VCPU: 1 }), project_id: 'x'.repeat(256) }, 400, 'is too long'],
    ['an unknown key', { ...taking({ VCPU: 1 }), colour: 1 }, 400, "('colour' was unexpected)"],
  ]
  test.each(refusals.map(named))(
    '$title is refused and changes nothing',
    async ({ sent: [body], status, detail, code }) => {
      const answer = await put(body)
      expect([answer.status, answer.detail]).toEqual([status, expect.stringContaining(detail)])
      expect(answer.code).toBe(code)
      expect(await held()).toEqual({})
      expect(await generationOf(api, host)).toBe(1)
      expect((await put(taking({ VCPU: 1 }))).status).toBe(204)
    },
  )

  test('a consumer that is no id is refused', async () => {
    const answer = await put(taking({ VCPU: 1 }), '1.39', 'bad')
    expect([answer.status, answer.detail]).toEqual([400, expect.stringContaining('Malformed consumer_uuid: bad')])
  })

  test('the generation of the consumer is compared from 1.28 on', async () => {
    await put(taking({ VCPU: 1 }))
    const stale = await put(taking({ VCPU: 2 }))
    expect([stale.status, stale.code]).toEqual([409, 'placement.concurrent_update'])
    expect(stale.detail).toContain('consumer generation conflict - expected 1 but got None')
    const { consumer_type: _, consumer_generation: __, ...blind } = taking({ VCPU: 3 })
    expect((await put(blind, '1.27')).status).toBe(204)
    expect((await api.done(`GET /allocations/${CONSUMER}`)).consumer_generation).toBe(2)
  })

  test('an overcommit may shrink but not grow', async () => {
    await put(taking({ VCPU: 20 }))
    const inventories = { VCPU: { total: 10 } }
    await api.done(`PUT /resource_providers/${host}/inventories`, { inventories, resource_provider_generation: 2 })
    expect((await put(allocation({ [host]: { VCPU: 21 } }, 1))).status).toBe(409)
    expect((await put(allocation({ [host]: { VCPU: 19 } }, 1))).status).toBe(204)
  })

  test('many at once on one provider: as many as fit are served, and the others hear of capacity and of no race', async () => {
    const answers = await Promise.all(
      Array.from({ length: 80 }, (_, n) => put(allocation({ [host]: { VCPU: 1 } }), '1.39', uuid(`at once ${n}`))),
    )
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(32)
    for (const { status, detail, code } of answers.filter((answer) => answer.status !== 204)) {
      expect([status, code]).toEqual([409, 'placement.undefined_code'])
      expect(detail).toContain('exceed the capacity')
    }
    expect(await usages()).toMatchObject({ VCPU: 32 })
  })

  describe('POST /allocations', () => {
    const other = uuid('other')
    const post = (body: object) => api.send('POST /allocations', { body })

    test('moves what one consumer holds to another one, at once', async () => {
      await put(taking({ VCPU: 32 }))
      const moved = { [CONSUMER]: allocation({}, 1), [other]: taking({ VCPU: 32 }) }
      expect((await post(moved)).status).toBe(204)
      expect(await held()).toEqual({})
      expect((await held(other))[host].resources).toEqual({ VCPU: 32 })
    })

    test('writes all or nothing', async () => {
      const body = { [CONSUMER]: taking({ VCPU: 20 }), [other]: taking({ VCPU: 20 }) }
      expect((await post(body)).detail).toContain('exceed the capacity')
      expect([await held(), await held(other)]).toEqual([{}, {}])
      const unknown = { [CONSUMER]: taking({ VCPU: 1 }), [other]: allocation({ [uuid('x')]: { VCPU: 1 } }) }
      expect((await post(unknown)).status).toBe(400)
      const stale = { [CONSUMER]: taking({ VCPU: 1 }), [other]: allocation({ [host]: { VCPU: 1 } }, 3) }
      expect((await post(stale)).code).toBe('placement.concurrent_update')
      expect(await usages()).toMatchObject({ VCPU: 0 })
    })

    test('asks for somebody', async () => {
      expect((await post({})).detail).toContain('does not have enough properties')
      expect((await post({ nobody: taking({ VCPU: 1 }) })).detail).toContain(
        "'nobody' does not match any of the regexes",
      )
    })
  })

  describe('GET /usages', () => {
    beforeEach(async () => {
      const by = (user: string, type: string) => ({ ...taking({ VCPU: 2 }), user_id: user, consumer_type: type })
      await put(by('ann', 'INSTANCE'), '1.39', uuid('1'))
      await put(by('ann', 'MIGRATION'), '1.39', uuid('2'))
      await put(by('bob', 'INSTANCE'), '1.39', uuid('3'))
      const { consumer_type: _, ...untyped } = by('bob', '')
      await put(untyped, '1.37', uuid('4'))
    })
    const all = { VCPU: 8, consumer_count: 4 }
    test.each<readonly [query: string, version: string, usages: object]>([
      ['?project_id=project', '1.9', { VCPU: 8 }],
      ['?project_id=project&user_id=ann', '1.9', { VCPU: 4 }],
      ['?project_id=nobody', '1.9', {}],
      ['?project_id=project&consumer_type=all', '1.38', { all }],
      ['?project_id=project&consumer_type=unknown', '1.38', { unknown: { VCPU: 2, consumer_count: 1 } }],
      ['?project_id=project&consumer_type=MIGRATION', '1.38', { MIGRATION: { VCPU: 2, consumer_count: 1 } }],
      ['?project_id=project&consumer_type=NONE', '1.38', {}],
      [
        '?project_id=project',
        '1.38',
        {
          INSTANCE: { VCPU: 4, consumer_count: 2 },
          MIGRATION: { VCPU: 2, consumer_count: 1 },
          unknown: { VCPU: 2, consumer_count: 1 },
        },
      ],
    ])('%s at %s', async (query, version, expected) => {
      expect((await api.done(`GET /usages${query}`, undefined, version)).usages).toEqual(expected)
    })

    test.each([
      ['', '1.9', "'project_id' is a required property"],
      ['?project_id=', '1.9', "'' is too short"],
      ['?project_id=a&consumer_type=INSTANCE', '1.37', "('consumer_type' was unexpected)"],
      ['?project_id=a&consumer_type=small', '1.38', "'small' does not match"],
    ])('%s at %s is refused', async (query, version, detail) => {
      const answer = await api.send(`GET /usages${query}`, { version })
      expect([answer.status, answer.detail]).toEqual([400, expect.stringContaining(detail)])
    })
  })

  describe('POST /reshaper', () => {
    const post = (inventories: object, allocations: object, version = '1.39') =>
      api.send('POST /reshaper', { body: { inventories, allocations }, version })
    const at = (generation: number, inventories: object) => ({ resource_provider_generation: generation, inventories })

    test('moves an inventory and what is held of it to a child', async () => {
      await put(taking({ VCPU: 8, DISK_GB: 10 }))
      const child = await addChild(api, 'child', host)
      const inventories = { [host]: at(2, { DISK_GB: { total: 100 } }), [child]: at(0, { VCPU: { total: 16 } }) }
      const moved = { [CONSUMER]: allocation({ [host]: { DISK_GB: 10 }, [child]: { VCPU: 8 } }, 1) }
      expect((await post(inventories, moved)).status).toBe(204)
      expect([await usages(), await usages(child)]).toEqual([{ DISK_GB: 10 }, { VCPU: 8 }])
    })

    const refusals: readonly Refusal<[inventories: object, allocations: object]>[] = [
      ['nothing', {}, {}, 400, 'does not have enough properties'],
      [
        'an unknown provider',
        { [uuid('x')]: at(0, {}) },
        {},
        400,
        'in inventories not found',
        'placement.resource_provider.not_found',
      ],
      [
        'an old generation',
        { [uuid('host')]: at(1, {}) },
        {},
        409,
        'actual: 2, given: 1',
        'placement.concurrent_update',
      ],
      ['an inventory in use', { [uuid('host')]: at(2, {}) }, {}, 409, 'in use', 'placement.inventory.inuse'],
      ['an unknown class', { [uuid('host')]: at(2, { CUSTOM_NONE: { total: 1 } }) }, {}, 400, 'No such resource class'],
      [
        'too much',
        { [uuid('host')]: at(2, { VCPU: { total: 4 } }) },
        { [CONSUMER]: allocation({ [uuid('host')]: { VCPU: 9 } }, 1) },
        409,
        'exceed the capacity',
      ],
    ]
    test.each(refusals.map(named))(
      'refuses $title and changes nothing',
      async ({ sent: [inventories, allocations], status, detail, code }) => {
        await put(taking({ VCPU: 8 }))
        const before = await api.done(`GET /resource_providers/${host}/inventories`)
        const answer = await post(inventories, allocations)
        expect([answer.status, answer.detail]).toEqual([status, expect.stringContaining(detail)])
        expect(answer.code).toBe(code)
        expect(await api.done(`GET /resource_providers/${host}/inventories`)).toEqual(before)
        expect((await held())[host].resources).toEqual({ VCPU: 8 })
      },
    )
  })
})
