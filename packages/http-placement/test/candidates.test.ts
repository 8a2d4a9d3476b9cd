import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openApi, type Api } from './support/open-api.ts'
import { addChild, addHost, CONSUMER, generationOf, OWNER, uuid } from './support/world.ts'

/** What a candidate takes, by names and not by ids. */
type Taken = Readonly<Record<string, Readonly<Record<string, number>>>>

describe('GET /allocation_candidates', () => {
  let api: Api
  beforeEach(async () => {
    api = await openApi()
    await addHost(api, 'a')
    await addHost(api, 'b')
    for (const name of ['a1', 'a2']) await addChild(api, name, uuid('a'), { SRIOV_NET_VF: { total: 1 } })
  })
  afterEach(() => api.close())
  const ask = (query: string, version = '1.39') => api.send(`GET /allocation_candidates?${query}`, { version })
  const nameOf = (id: string): string => ['a', 'b', 'a1', 'a2', 'shared'].find((name) => uuid(name) === id) ?? id
  const taken = async (query: string, version = '1.39'): Promise<readonly Taken[]> => {
    const answer = await ask(query, version)
    if (answer.status !== 200) throw new Error(answer.text)
    return answer.json.allocation_requests.map(
      ({ allocations }: { allocations: Record<string, { resources: object }> }) =>
        Object.fromEntries(Object.entries(allocations).map(([id, { resources }]) => [nameOf(id), resources])),
    )
  }
  const sorted = (list: readonly unknown[]) => list.map((each) => JSON.stringify(each)).toSorted()

  test('offers each host that has room, and children for what they have', async () => {
    expect(sorted(await taken('resources=VCPU:1'))).toEqual(sorted([{ a: { VCPU: 1 } }, { b: { VCPU: 1 } }]))
    const nested = await taken('resources=VCPU:1&resources1=SRIOV_NET_VF:1')
    expect(sorted(nested)).toEqual(
      sorted([
        { a: { VCPU: 1 }, a1: { SRIOV_NET_VF: 1 } },
        { a: { VCPU: 1 }, a2: { SRIOV_NET_VF: 1 } },
      ]),
    )
    expect(await taken('resources=VCPU:1&resources1=SRIOV_NET_VF:1', '1.28')).toEqual([])
    expect(await taken('resources=VCPU:33')).toEqual([])
  })

  test('what it offers is the body of a claim, and is not offered when it is gone', async () => {
    const query = 'resources=VCPU:1&resources1=SRIOV_NET_VF:1&resources2=SRIOV_NET_VF:1&group_policy=isolate'
    const [first] = (await ask(query)).json.allocation_requests
    const body = { ...first, ...OWNER, consumer_generation: null, consumer_type: 'INSTANCE' }
    expect((await api.send(`PUT /allocations/${CONSUMER}`, { body })).status).toBe(204)
    expect((await ask(query)).json).toEqual({ allocation_requests: [], provider_summaries: {} })
    await api.done(`DELETE /allocations/${CONSUMER}`)
    expect((await ask(query)).json.allocation_requests).toHaveLength(2)
  })

  test('answers grow with the versions', async () => {
    const old = (await ask('resources=VCPU:1', '1.10')).json
    expect(old.allocation_requests[0].allocations[0]).toEqual({
      resource_provider: { uuid: expect.any(String) },
      resources: { VCPU: 1 },
    })
    expect(old.provider_summaries[uuid('b')]).toEqual({ resources: { VCPU: { capacity: 32, used: 0 } } })
    const now = (await ask('resources=VCPU:1')).json
    expect(now.allocation_requests[0].mappings).toEqual({ '': [expect.any(String)] })
    expect(Object.keys(now.provider_summaries).map(nameOf).toSorted()).toEqual(['a', 'a1', 'a2', 'b'])
    expect(now.provider_summaries[uuid('a1')]).toEqual({
      resources: { SRIOV_NET_VF: { capacity: 1, used: 0 } },
      traits: [],
      parent_provider_uuid: uuid('a'),
      root_provider_uuid: uuid('a'),
    })
  })

  test('a limit is a limit, and the same question has the same answer', async () => {
    const first = (await ask('resources=VCPU:1&limit=1')).json
    expect(first.allocation_requests).toHaveLength(1)
    expect((await ask('resources=VCPU:1&limit=1')).json).toEqual(first)
  })

  test('traits, aggregates, trees and sharing providers narrow the choice', async () => {
    const aggregate = uuid('aggregate')
    await addHost(api, 'shared', { DISK_GB: { total: 1000 } })
    for (const name of ['b', 'shared']) {
      await api.done(`PUT /resource_providers/${uuid(name)}/aggregates`, [aggregate], '1.18')
    }
    const set = async (name: string, ...traits: readonly string[]) => {
      const resource_provider_generation = await generationOf(api, uuid(name))
      await api.done(`PUT /resource_providers/${uuid(name)}/traits`, { traits, resource_provider_generation })
    }
    await set('shared', 'MISC_SHARES_VIA_AGGREGATE')
    await set('a', 'HW_CPU_X86_AVX')
    expect(await taken('resources=VCPU:1,DISK_GB:100')).toEqual([{ b: { VCPU: 1 }, shared: { DISK_GB: 100 } }])
    expect(await taken('resources=VCPU:1&required=HW_CPU_X86_AVX')).toEqual([{ a: { VCPU: 1 } }])
    expect(await taken('resources=VCPU:1&required=!HW_CPU_X86_AVX')).toEqual([{ b: { VCPU: 1 } }])
    expect(await taken('resources=VCPU:1&root_required=HW_CPU_X86_AVX')).toEqual([{ a: { VCPU: 1 } }])
    expect(await taken(`resources=VCPU:1&member_of=${aggregate}`)).toEqual([{ b: { VCPU: 1 } }])
    expect(await taken(`resources=VCPU:1&member_of=!${aggregate}`)).toEqual([{ a: { VCPU: 1 } }])
    expect(await taken(`resources=VCPU:1&in_tree=${uuid('a1')}`)).toEqual([{ a: { VCPU: 1 } }])
    expect(await taken(`resources=VCPU:1&in_tree=${uuid('nobody')}`)).toEqual([])
  })

  const refusals: readonly (readonly [query: string, version: string, detail: string, code?: string])[] = [
    ['', '1.10', "'resources' is a required property"],
    ['required=HW_CPU_X86_AVX', '1.35', 'All traits parameters must be associated with resources.'],
    ['', '1.35', 'At least one request group'],
    ['', '1.36', 'There must be at least one resources', 'placement.query.missing_value'],
    ['resources=VCPU:1&limit=0', '1.39', "'0' does not match '^[1-9][0-9]*$'"],
    ['resources=VCPU:1&limit=5', '1.15', "('limit' was unexpected)"],
    ['resources=VCPU:1&colour=blue', '1.39', "'colour' does not match any of the regexes"],
    ['resources=CUSTOM_NONE:1', '1.39', 'Invalid resource class in resources parameter: No such resource class'],
    ['resources=VCPU:1&required=CUSTOM_NONE', '1.39', 'No such trait(s): CUSTOM_NONE.'],
    ['resources=VCPU:1&required=HW_CPU_X86_AVX,!HW_CPU_X86_AVX', '1.39', 'Conflicting required and forbidden traits'],
    ['resources1=VCPU:1&resources2=VCPU:1', '1.39', 'The "group_policy" parameter is required'],
    ['resources1=VCPU:1&group_policy=maybe', '1.39', "'maybe' is not one of ['none', 'isolate']"],
    ['resources_A=VCPU:1', '1.32', "'resources_A' does not match any of the regexes"],
    ['resources=VCPU:1&in_tree=b', '1.39', "Expected 'in_tree' parameter to be a format of uuid. Got: b"],
    [
      'resources=VCPU:1&root_required=HW_CPU_X86_AVX&root_required=HW_CPU_X86_AVX',
      '1.39',
      'only once',
      'placement.query.duplicate_key',
    ],
    [
      'resources=VCPU:1&root_required=HW_CPU_X86_AVX,!HW_CPU_X86_AVX',
      '1.39',
      'found in root_required',
      'placement.query.bad_value',
    ],
    ['resources=VCPU:1&required_A=HW_CPU_X86_AVX', '1.39', "bad group(s) - ['_A']", 'placement.query.bad_value'],
    ['resources_A=VCPU:1&same_subtree=_A,_B', '1.39', 'Real suffixes should be specified', 'placement.query.bad_value'],
    ['resources_A=VCPU:1&same_subtree=_A,', '1.39', 'Empty string (unsuffixed group)', 'placement.query.bad_value'],
  ]
  const named = refusals.map(([query, version, detail, code]) => ({
    query,
    version,
    detail,
    code: code ?? 'placement.undefined_code',
  }))
  test.each(named)('$query at $version is refused', async ({ query, version, detail, code }) => {
    const answer = await ask(query, version)
    expect([answer.status, answer.detail]).toEqual([400, expect.stringContaining(detail)])
    if (Number(version.slice(2)) >= 23) expect(answer.code).toBe(code)
  })
})
