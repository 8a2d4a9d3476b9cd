import { id, type ProviderId } from '@novakit/core'
import { candidatesOf } from '@novakit/placement/candidates'
import { describe, expect, test } from 'vitest'
import { aggregates, flat, group, host, inventory, plain, provider, request, vm } from './build.ts'

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
