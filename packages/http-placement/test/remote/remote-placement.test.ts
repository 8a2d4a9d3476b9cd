import {
  id,
  type Claim,
  type ConsumerId,
  type OperationId,
  type ProviderDeclaration,
  type ProviderId,
} from '@novakit/core'
import { remotePlacement } from '@novakit/placement'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openApi, type Api } from '../support/open-api.ts'
import { uuid } from '../support/world.ts'

const provider = (name: string): ProviderId => id<ProviderId>(uuid(name))
const consumer = (name: string): ConsumerId => id<ConsumerId>(uuid(name))
const stock = { total: 8, reserved: 0, allocationRatio: 1, minUnit: 1, maxUnit: 8, stepSize: 1 }

const declared = (
  name: string,
  parent: string | null,
  more: Partial<ProviderDeclaration> = {},
): ProviderDeclaration => ({
  id: provider(name),
  name,
  parent: parent === null ? null : provider(parent),
  inventories: { VCPU: stock },
  traits: [],
  ...more,
})

function claimOf(name: string, taking: Readonly<Record<string, number>>, more: Partial<Claim> = {}): Claim {
  return {
    consumer: consumer(name),
    consumerType: 'INSTANCE',
    project: id('p'),
    user: id('u'),
    allocations: new Map(Object.entries(taking).map(([on, amount]) => [provider(on), { VCPU: amount }])),
    guards: [],
    operation: id<OperationId>('o'),
    ...more,
  }
}

describe('a Placement elsewhere', () => {
  let api: Api
  let remote: ReturnType<typeof remotePlacement>
  beforeEach(async () => {
    api = await openApi()
    remote = remotePlacement({ url: 'http://remote.example/', token: async () => 'admin', fetch: api.handle })
    const traits = ['CUSTOM_FAST', 'HW_CPU_X86_AVX']
    const vgpu = { inventories: { VGPU: stock, CUSTOM_X: stock } }
    await remote.declareTree(provider('a'), [declared('a', null, { traits }), declared('b', 'a', vgpu)])
  })
  afterEach(() => api.close())

  test('is told a tree, and tells it back', async () => {
    await remote.setAggregates(provider('a'), [id(uuid('aggregate'))])
    expect(await remote.providers()).toEqual([
      {
        id: provider('a'),
        name: 'a',
        root: provider('a'),
        parent: null,
        generation: 3,
        inventories: { VCPU: { ...stock, used: 0 } },
        traits: ['CUSTOM_FAST', 'HW_CPU_X86_AVX'],
        aggregates: [uuid('aggregate')],
      },
      expect.objectContaining({ name: 'b', root: provider('a'), parent: provider('a') }),
    ])
    await expect(remote.setAggregates(provider('x'), [])).rejects.toMatchObject({
      code: 'placement.provider_not_found',
    })
  })

  test('the same declaration again writes nothing, another one changes and removes', async () => {
    const before = await remote.providers()
    const same = declared('a', null, { traits: ['HW_CPU_X86_AVX', 'CUSTOM_FAST'] })
    await remote.declareTree(provider('a'), [
      same,
      declared('b', 'a', { inventories: { CUSTOM_X: stock, VGPU: stock } }),
    ])
    expect(await remote.providers()).toEqual(before)
    await remote.declareTree(provider('a'), [declared('a', null, { name: 'renamed' })])
    expect((await remote.providers()).map(({ name, traits }) => ({ name, traits }))).toEqual([
      { name: 'renamed', traits: [] },
    ])
    await remote.removeTree(provider('a'))
    await remote.removeTree(provider('a'))
    expect(await remote.providers()).toEqual([])
  })

  test('is claimed from, all or nothing; a repeat finds what the first one did', async () => {
    const claims = [claimOf('c', { a: 3 }), claimOf('d', { a: 5 })]
    expect(await remote.claim(claims)).toEqual({ kind: 'claimed' })
    expect(await remote.claim(claims)).toEqual({ kind: 'claimed' })
    expect(await remote.allocationsOf([consumer('c'), consumer('x')])).toEqual([
      { consumer: consumer('c'), provider: provider('a'), resources: { VCPU: 3 } },
    ])
    await expect(remote.removeTree(provider('a'))).rejects.toMatchObject({ code: 'placement.provider_in_use' })
    await remote.release([consumer('c'), consumer('d'), consumer('x')])
    expect(await remote.allocationsOf([consumer('c'), consumer('d')])).toEqual([])
  })

  test('a refusal says what was short', async () => {
    await remote.claim([claimOf('c', { a: 6 })])
    const where = { provider: provider('a'), resourceClass: 'VCPU' }
    const both = [claimOf('d', { a: 1 }), claimOf('e', { a: 2 })]
    expect(await remote.claim(both)).toMatchObject({ refusal: { kind: 'capacity', ...where, available: 2 } })
    expect(await remote.allocationsOf([consumer('d')])).toEqual([])
    expect(await remote.claim([claimOf('d', { a: 9 })])).toMatchObject({
      refusal: { kind: 'unit', ...where, requested: 9, consumer: consumer('d') },
    })
    expect(await remote.claim([claimOf('d', { b: 1 })])).toMatchObject({ refusal: { kind: 'no_inventory' } })
    expect(await remote.claim([claimOf('c', { a: 7 }, { consumerGeneration: 5 })])).toEqual({
      kind: 'refused',
      refusal: { kind: 'race', consumer: consumer('c') },
    })
  })

  test('one that does not answer is an error that may pass', async () => {
    const lost = remotePlacement({
      url: 'http://remote.example',
      token: async () => 'admin',
      fetch: async () => Promise.reject(new TypeError('no route')),
    })
    const later = { code: 'placement.remote_failed', kind: 'unavailable', help: 'later' }
    await expect(lost.providers()).rejects.toMatchObject(later)
    const broken = remotePlacement({
      url: 'http://remote.example',
      token: async () => 'admin',
      fetch: async () => new Response('<html>', { status: 502 }),
    })
    await expect(broken.claim([claimOf('c', { a: 1 })])).rejects.toMatchObject(later)
  })
})
