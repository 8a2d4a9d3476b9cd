import { id, type ProviderId } from '@novakit/core'
import { describe, expect, test } from 'vitest'
import { candidatesOf } from '../../src/candidates/index.ts'
import { aggregates, group, host, inventory, provider, request } from './build.ts'

/** Candidates as plain values: allocations by provider, then mappings by suffix. */
function plain(...args: Parameters<typeof candidatesOf>) {
  return candidatesOf(...args).candidates.map(({ allocations, mappings }) => ({
    allocations: Object.fromEntries(allocations),
    mappings: Object.fromEntries(mappings),
  }))
}

const vm = group('', { VCPU: 2, MEMORY_MB: 512, DISK_GB: 5 })
const flat = { VCPU: inventory(8), MEMORY_MB: inventory(4096), DISK_GB: inventory(100) }

describe('a host without children', () => {
  test('serves a plain request from its root', () => {
    expect(plain(host('h', { inventories: flat }), request([vm]), [], 10)).toEqual([
      { allocations: { h: { VCPU: 2, MEMORY_MB: 512, DISK_GB: 5 } }, mappings: { '': ['h'] } },
    ])
  })

  test('leaves out classes of which nothing is asked', () => {
    const one = request([group('', { VCPU: 1, DISK_GB: 0 })])
    expect(plain(host('h', { inventories: { VCPU: inventory(1) } }), one, [], 1)[0]?.allocations).toEqual({
      h: { VCPU: 1 },
    })
  })

  test('counts capacity as the floor of what is not reserved times the ratio, less what is used', () => {
    const fits = (used: number) =>
      candidatesOf(
        host('h', { inventories: { VCPU: inventory(5, used, { reserved: 2, allocationRatio: 1.5, maxUnit: 5 }) } }),
        request([group('', { VCPU: 1 })]),
        [],
        1,
      ).shortage
    expect(fits(3)).toBeNull()
    expect(fits(4)?.classes).toEqual([
      { resourceClass: 'VCPU', cause: 'capacity', requested: 1, available: 0, shortBy: 1, provider: 'h' },
    ])
  })

  test.each([
    ['below the least unit', { minUnit: 4 }],
    ['above the greatest unit', { maxUnit: 2 }],
    ['between two steps', { stepSize: 2 }],
  ])('refuses an amount %s', (_what, rest) => {
    const { shortage } = candidatesOf(
      host('h', { inventories: { VCPU: inventory(8, 0, rest) } }),
      request([group('', { VCPU: 3 })]),
      [],
      1,
    )
    expect(shortage).toMatchObject({ code: 'placement.unit', classes: [{ cause: 'unit', shortBy: 0, available: 8 }] })
  })
})

describe('what is short', () => {
  test('names every class that no provider can give', () => {
    const { shortage } = candidatesOf(
      host('h', { inventories: { ...flat, VCPU: inventory(8, 7), MEMORY_MB: inventory(4096, 4000) } }),
      request([vm]),
      [],
      1,
    )
    expect(shortage?.code).toBe('placement.capacity')
    expect(shortage?.classes).toEqual([
      { resourceClass: 'VCPU', cause: 'capacity', requested: 2, available: 1, shortBy: 1, provider: 'h' },
      { resourceClass: 'MEMORY_MB', cause: 'capacity', requested: 512, available: 96, shortBy: 416, provider: 'h' },
    ])
  })

  test('takes the provider that comes closest', () => {
    const numa = (name: string, used: number) =>
      provider(name, { parent: 'h', inventories: { VCPU: inventory(8, used) } })
    const { shortage } = candidatesOf(
      host('h', {}, [numa('n0', 8), numa('n1', 6), numa('n2', 7)]),
      request([group('_a', { VCPU: 4 })]),
      [],
      1,
    )
    expect(shortage).toMatchObject({ group: '_a', classes: [{ provider: 'n1', available: 2, shortBy: 2 }] })
  })

  test('tells a class that nobody has from one that is used up', () => {
    const { shortage } = candidatesOf(host('h', { inventories: flat }), request([group('', { VGPU: 1 })]), [], 1)
    expect(shortage).toMatchObject({ code: 'placement.no_inventory', classes: [{ available: 0, shortBy: 1 }] })
  })

  test('names traits before resources, missing and forbidden ones', () => {
    const short = (rest: Parameters<typeof group>[2]) =>
      candidatesOf(host('h', { traits: ['HW_A'] }), request([group('_a', { VCPU: 1 }, rest)]), [], 1).shortage
    expect(short({ required: ['HW_B', ['HW_C', 'HW_D']] })).toMatchObject({
      code: 'placement.traits',
      traits: ['HW_B', 'HW_C', 'HW_D'],
    })
    expect(short({ forbidden: ['HW_A'] })).toMatchObject({ code: 'placement.traits', traits: ['!HW_A'] })
  })

  test('says that groups do not fit together, and of what the tree has too little', () => {
    const { shortage } = candidatesOf(
      host('h', {}, [provider('pf', { parent: 'h', inventories: { VF: inventory(1) } })]),
      request([group('_a', { VF: 1 }), group('_b', { VF: 1 })], { groupPolicy: 'none' }),
      [],
      1,
    )
    expect(shortage).toMatchObject({
      code: 'placement.combination',
      group: null,
      classes: [{ resourceClass: 'VF', requested: 2, available: 1, shortBy: 1, provider: null }],
    })
  })
})

describe('traits, aggregates and trees', () => {
  const child = provider('c', { parent: 'h', traits: ['HW_FAST'], inventories: { VF: inventory(4) } })

  test('a group without a suffix finds its traits on the providers it uses together', () => {
    const both = request([group('', { VCPU: 1, VF: 1 }, { required: ['HW_ROOT', 'HW_FAST'] })])
    const tree = host('h', { traits: ['HW_ROOT'], inventories: { VCPU: inventory(4) } }, [child])
    expect(plain(tree, both, [], 10)).toHaveLength(1)
    const onlyRoot = request([group('', { VCPU: 1 }, { required: ['HW_FAST'] })])
    expect(candidatesOf(tree, onlyRoot, [], 10).shortage?.code).toBe('placement.combination')
  })

  test('a group with a suffix finds them on its one provider', () => {
    const tree = host('h', { traits: ['HW_ROOT'], inventories: { VF: inventory(4) } }, [child])
    const asked = request([group('_a', { VF: 1 }, { required: [['HW_FAST', 'HW_FASTER']] })])
    expect(plain(tree, asked, [], 10)).toEqual([{ allocations: { c: { VF: 1 } }, mappings: { _a: ['c'] } }])
  })

  test('root traits are asked of the root alone', () => {
    const tree = host('h', { traits: ['HW_ROOT'], inventories: { VCPU: inventory(4) } }, [child])
    const ask = (rest: Parameters<typeof request>[1]) =>
      candidatesOf(tree, request([group('', { VCPU: 1 })], rest), [], 1)
    expect(ask({ rootRequired: ['HW_ROOT'], rootForbidden: ['HW_FAST'] }).shortage).toBeNull()
    expect(ask({ rootRequired: ['HW_FAST'] }).shortage?.code).toBe('placement.root_traits')
    expect(ask({ rootForbidden: ['HW_ROOT'] }).shortage?.traits).toEqual(['!HW_ROOT'])
  })

  test('an aggregate of the root spans the tree only for the group without a suffix', () => {
    const tree = host('h', { aggregates: ['rack'] }, [child])
    const ask = (suffix: string, rest: Parameters<typeof group>[2]) =>
      candidatesOf(tree, request([group(suffix, { VF: 1 }, rest)]), [], 1).shortage?.code ?? 'found'
    expect(ask('', { memberOf: [aggregates('rack', 'row')] })).toBe('found')
    // The root is a member and eligible, but it is the child that has the class.
    expect(ask('_a', { memberOf: [aggregates('rack')] })).toBe('placement.no_inventory')
    expect(ask('_a', { memberOf: [aggregates('row')] })).toBe('placement.aggregates')
    expect(ask('', { forbiddenAggregates: aggregates('rack') })).toBe('placement.aggregates')
    expect(ask('_a', { forbiddenAggregates: aggregates('rack') })).toBe('found')
  })

  test('a tree is named by any of its nodes', () => {
    const tree = host('h', {}, [child])
    const ask = (inTree: string) =>
      candidatesOf(tree, request([group('', { VF: 1 }, { inTree: id<ProviderId>(inTree) })]), [], 1).shortage?.code
    expect(ask('c')).toBeUndefined()
    expect(ask('elsewhere')).toBe('placement.in_tree')
  })
})

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

describe('sharing providers', () => {
  const shared = provider('store', { aggregates: ['rack'], inventories: { DISK_GB: inventory(1000) } })
  const rest = { VCPU: inventory(8), MEMORY_MB: inventory(4096) }

  test('serve the trees that have a member in one of their aggregates', () => {
    expect(plain(host('h', { aggregates: ['rack'], inventories: rest }), request([vm]), [shared], 9)).toEqual([
      {
        allocations: { h: { VCPU: 2, MEMORY_MB: 512 }, store: { DISK_GB: 5 } },
        mappings: { '': ['h', 'store'] },
      },
    ])
    const stranger = host('h', { aggregates: ['row'], inventories: rest })
    expect(candidatesOf(stranger, request([vm]), [shared], 9).shortage?.code).toBe('placement.no_inventory')
  })

  test('are alternatives to what the tree has itself', () => {
    expect(plain(host('h', { aggregates: ['rack'], inventories: flat }), request([vm]), [shared], 9)).toHaveLength(2)
  })

  test('must be in the aggregates asked for themselves', () => {
    const both = host('h', { aggregates: ['rack', 'zone'], inventories: rest })
    const asked = request([group('', { DISK_GB: 5 }, { memberOf: [aggregates('zone')] })])
    expect(candidatesOf(both, asked, [shared], 9).shortage?.code).toBe('placement.no_inventory')
  })

  test('give nothing to a group without a suffix that names a tree', () => {
    const asked = request([group('', { DISK_GB: 5 }, { inTree: id<ProviderId>('h') })])
    const found = plain(host('h', { aggregates: ['rack'], inventories: flat }), asked, [shared], 9)
    expect(found.map((each) => Object.keys(each.allocations))).toEqual([['h']])
  })
})

describe('bounds', () => {
  const functions = (count: number, used = 0) =>
    host(
      'h',
      {},
      Array.from({ length: count }, (_, n) =>
        provider(`p${n}`, { parent: 'h', inventories: { PF: inventory(1, used) } }),
      ),
    )
  const groups = (count: number) => Array.from({ length: count }, (_, n) => group(`_${n}`, { PF: 1 }))

  test('the first candidates of many come at once', () => {
    expect(plain(functions(64), request(groups(64), { groupPolicy: 'none' }), [], 10)).toHaveLength(10)
  })

  test('one device too few among many that are alike is seen at once', () => {
    const { shortage } = candidatesOf(functions(31), request(groups(32), { groupPolicy: 'none' }), [], 1)
    expect(shortage).toMatchObject({ code: 'placement.combination', classes: [{ shortBy: 1 }] })
  })

  test('a search without end is given up with a name of its own', () => {
    const children = Array.from({ length: 22 }, (_, n) =>
      provider(`p${n}`, { parent: 'h', traits: [`CUSTOM_${n}`], inventories: { PF: inventory(1) } }),
    )
    const { shortage } = candidatesOf(host('h', {}, children), request(groups(23), { groupPolicy: 'none' }), [], 1)
    expect(shortage?.code).toBe('placement.too_many_combinations')
  })

  test('what is used already counts from the first group on', () => {
    const { shortage } = candidatesOf(
      host('h', {}, [provider('pf', { parent: 'h', inventories: { PF: inventory(2, 1) } })]),
      request(groups(2), { groupPolicy: 'none' }),
      [],
      1,
    )
    expect(shortage?.code).toBe('placement.combination')
  })

  test('the same input gives the same candidates in the same order', () => {
    const ask = () => plain(functions(4), request(groups(3), { groupPolicy: 'none' }), [], 20)
    expect(ask()).toEqual(ask())
    expect(plain(functions(4), request(groups(3), { groupPolicy: 'none' }), [], 5)).toEqual(ask().slice(0, 5))
  })
})
