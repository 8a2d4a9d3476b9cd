import { id, type ProviderId, type ResourceGroup } from '@novakit/core'
import { findCandidates, providerIndex, type TreeProvider } from '@novakit/placement/candidates'
import { describe, expect, test } from 'vitest'
import { group, inventory, provider, request, type ProviderParts } from './build.ts'

function node(name: string, root: string, parts: ProviderParts = {}): TreeProvider {
  return { ...provider(name, name === root ? parts : { parent: root, ...parts }), root: id<ProviderId>(root) }
}

function devices(host: string, count: number): readonly TreeProvider[] {
  const each = (n: number) => node(`${host}-${n}`, host, { inventories: { PF: inventory(1) } })
  return [node(host, host), ...Array.from({ length: count }, (_, n) => each(n))]
}

function servedBy(
  world: readonly TreeProvider[],
  groups: readonly ResourceGroup[],
  { limit = null, seed = '' }: { limit?: number | null; seed?: string } = {},
): readonly string[] {
  const index = providerIndex()
  index.apply(world.map((each) => ({ kind: 'put', provider: each })))
  const resources = request(groups, { groupPolicy: 'none' })
  const { candidates } = findCandidates(index, { resources, limit, seed, nested: true })
  return candidates.map(({ mappings }) => [...mappings.values()].flat().join(' '))
}

const one = [group('_a', { PF: 1 })]
const two = [...one, group('_b', { PF: 1 })]

describe('the order of candidates', () => {
  test('takes one from each host before it takes a second one from any', () => {
    const world = ['a', 'b', 'c'].flatMap((host) => devices(host, 3))
    expect(servedBy(world, two, { limit: 5 })).toEqual(['a-0 a-1', 'b-0 b-1', 'c-0 c-1', 'a-0 a-2', 'b-0 b-2'])
  })

  test('takes one of several equal children before it takes another one of them', () => {
    const fast = node('a-9', 'a', { inventories: { PF: inventory(1) }, traits: ['HW_FAST'] })
    expect(servedBy([...devices('a', 3), fast], one)).toEqual(['a-0', 'a-9', 'a-1', 'a-2'])
  })

  test('tells children apart by what is used of them', () => {
    const used = node('a-1', 'a', { inventories: { PF: inventory(3, 1) } })
    const free = ['a-0', 'a-2'].map((name) => node(name, 'a', { inventories: { PF: inventory(3) } }))
    expect(servedBy([node('a', 'a'), used, ...free], one)).toEqual(['a-0', 'a-1', 'a-2'])
  })

  test('is the same for the same seed, and begins elsewhere for another one', () => {
    const world = Array.from({ length: 50 }, (_, n) => devices(`host-${n + 10}`, 1)).flat()
    const firsts = ['x', 'y', 'z', 'w'].map((seed) => servedBy(world, one, { limit: 3, seed }).join())
    expect(['x', 'y', 'z', 'w'].map((seed) => servedBy(world, one, { limit: 3, seed }).join())).toEqual(firsts)
    expect(new Set(firsts).size).toBe(4)
    const all = servedBy(world, one)
    expect(servedBy(world, one, { seed: 'x' }).toSorted()).toEqual(all.toSorted())
  })

  test('does not hang on the order in which providers came', () => {
    const world = ['a', 'b', 'c'].flatMap((host) => devices(host, 3))
    expect(servedBy(world.toReversed(), two)).toEqual(servedBy(world, two))
  })
})

describe('a candidate that only sharing providers serve', () => {
  test('comes once, however many trees they share with', () => {
    const store = node('store', 'store', {
      traits: ['MISC_SHARES_VIA_AGGREGATE'],
      inventories: { DISK_GB: inventory(10) },
      aggregates: ['rack'],
    })
    const hosts = ['a', 'b', 'c'].map((host) => node(host, host, { aggregates: ['rack'] }))
    expect(servedBy([...hosts, store], [group('', { DISK_GB: 1 })])).toEqual(['store'])
  })
})
