import { candidatesOf } from '@novakit/placement/candidates'
import { describe, expect, test } from 'vitest'
import { flat, group, host, inventory, plain, request, vm } from './build.ts'

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
