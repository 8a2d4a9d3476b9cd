import { candidatesOf } from '@novakit/placement/candidates'
import { describe, expect, test } from 'vitest'
import { group, host, inventory, plain, provider, request } from './build.ts'

describe('several groups', () => {
  const twoFunctions = (used = 0) =>
    host(
      'h',
      {},
      ['p0', 'p1'].map((name) => provider(name, { parent: 'h', inventories: { VF: inventory(2, used) } })),
    )
  const pair = [group('_a', { VF: 1 }), group('_b', { VF: 1 })]

  test('may share a provider, and then its capacity and unit count for the sum', () => {
    expect(plain(twoFunctions(), request(pair, { groupPolicy: 'none' }), [], 99)).toHaveLength(4)
    expect(plain(twoFunctions(1), request(pair, { groupPolicy: 'none' }), [], 99)).toHaveLength(2)
  })

  test('stand on different providers when they are isolated; the group without a suffix may join them', () => {
    const three = request([group('', { VF: 1 }), ...pair], { groupPolicy: 'isolate' })
    const found = plain(twoFunctions(), three, [], 99)
    expect(found).toHaveLength(4)
    for (const { mappings } of found) expect(mappings['_a']).not.toEqual(mappings['_b'])
  })

  test('stay in one subtree when that is asked for, also with a group that takes nothing', () => {
    const numa = (name: string, ...traits: readonly string[]) => provider(name, { parent: 'h', traits })
    const pf = (name: string, parent: string) => provider(name, { parent, inventories: { VF: inventory(1) } })
    const tree = host('h', {}, [numa('n0'), numa('n1', 'HW_NUMA_FAST'), pf('p0', 'n0'), pf('p1', 'n1')])
    const found = plain(
      tree,
      request([group('_numa', {}, { required: ['HW_NUMA_FAST'] }), group('_vf', { VF: 1 })], {
        sameSubtree: [['_numa', '_vf']],
      }),
      [],
      99,
    )
    expect(found).toEqual([{ allocations: { p1: { VF: 1 } }, mappings: { _numa: ['n1'], _vf: ['p1'] } }])
  })

  test('siblings are not in one subtree', () => {
    const { shortage } = candidatesOf(
      twoFunctions(),
      request(pair, { groupPolicy: 'isolate', sameSubtree: [['_a', '_b']] }),
      [],
      9,
    )
    expect(shortage?.code).toBe('placement.combination')
  })
})
