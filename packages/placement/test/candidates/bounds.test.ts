import { candidatesOf } from '@novakit/placement/candidates'
import { describe, expect, test } from 'vitest'
import { group, host, inventory, plain, provider, request } from './build.ts'

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

  test('one device too few among many that differ is seen at once as well', () => {
    const children = Array.from({ length: 22 }, (_, n) =>
      provider(`p${n}`, { parent: 'h', traits: [`CUSTOM_${n}`], inventories: { PF: inventory(1) } }),
    )
    const { shortage } = candidatesOf(host('h', {}, children), request(groups(23), { groupPolicy: 'none' }), [], 1)
    expect(shortage?.code).toBe('placement.combination')
  })

  test('a search without end is given up with a name of its own', () => {
    // Sums and numbers fit, and yet twelve tens hold no fourteen fours and twenty-one threes: try to prove it.
    const children = Array.from({ length: 12 }, (_, n) =>
      provider(`p${n}`, { parent: 'h', traits: [`CUSTOM_${n}`], inventories: { PF: inventory(10) } }),
    )
    const amounts = [...new Array<number>(14).fill(4), ...new Array<number>(21).fill(3)]
    const asked = request(
      amounts.map((amount, n) => group(`_${n}`, { PF: amount })),
      { groupPolicy: 'none' },
    )
    const { shortage } = candidatesOf(host('h', {}, children), asked, [], 1)
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
