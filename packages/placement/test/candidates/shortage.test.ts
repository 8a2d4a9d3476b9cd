import { candidatesOf } from '@novakit/placement/candidates'
import { describe, expect, test } from 'vitest'
import { flat, group, host, inventory, provider, request, vm } from './build.ts'

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
