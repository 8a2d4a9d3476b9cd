import { expect } from 'vitest'
import { expectUsed, node, operation, server } from './servers.ts'
import {
  all,
  allocations,
  claim,
  claimed,
  claimOf,
  consumer,
  declaration,
  declare,
  inventory,
  provider,
  refusalOf,
  release,
  used,
  version,
  type Case,
} from './world.ts'

/** What a consumer holds: replaced, repeated, handed over, given back. */
export const replacing = {
  'changes nothing when the same operation claims the same again': async (opened) => {
    await declare(opened, node())
    const mine = claimOf('a', { node: { DISK_GB: 100, VCPU: 8, MEMORY_MB: 0 } })
    await claimed(opened, mine)
    const before = { version: await version(opened), providers: await all(opened) }
    await claimed(opened, { ...mine, allocations: new Map([[provider('node'), { VCPU: 8, DISK_GB: 100 }]]) })
    expect({ version: await version(opened), providers: await all(opened) }).toEqual(before)
  },

  'replaces what a consumer held: larger, smaller, elsewhere': async (opened) => {
    await declare(opened, node())
    await declare(opened, node('next'))
    await claimed(opened, claimOf('a', { node: server }))
    await claimed(opened, claimOf('a', { node: { ...server, VCPU: 8 } }, operation('grow')))
    await expectUsed(opened, 'node', { ...server, VCPU: 8 })
    const tooLarge = await refusalOf(opened, claimOf('a', { node: { ...server, VCPU: 9 } }, operation('too much')))
    expect(tooLarge).toMatchObject({ kind: 'unit' })
    await claimed(opened, claimOf('a', { node: { VCPU: 1 } }, operation('shrink')))
    await expectUsed(opened, 'node', { VCPU: 1 })
    await claimed(opened, claimOf('a', { next: server }, operation('move')))
    await expectUsed(opened, 'node', {})
    await expectUsed(opened, 'next', server)
    expect(await allocations(opened, 'a')).toHaveLength(1)
  },

  'keeps what a consumer held when its larger claim is refused': async (opened) => {
    await declare(opened, node())
    await claimed(opened, claimOf('a', { node: { VCPU: 4 } }), claimOf('b', { node: { VCPU: 3 } }))
    const refusal = await refusalOf(opened, claimOf('a', { node: { VCPU: 6 } }, operation('grow')))
    expect(refusal).toMatchObject({ kind: 'capacity', requested: 6, available: 5 })
    await expectUsed(opened, 'node', { VCPU: 7 })
    expect(await allocations(opened, 'a')).toEqual([
      { consumer: consumer('a'), provider: provider('node'), resources: { VCPU: 4 } },
    ])
  },

  'lets a consumer shrink where more is used than there is': async (opened) => {
    await declare(opened, node())
    await claimed(opened, claimOf('a', { node: { VCPU: 8 } }))
    await declare(opened, declaration('node', { VCPU: inventory(2, { maxUnit: 8 }) }))
    await claimed(opened, claimOf('a', { node: { VCPU: 6 } }, operation('shrink')))
    expect(await used(opened, 'node')).toEqual({ VCPU: 6 })
    const grown = await refusalOf(opened, claimOf('a', { node: { VCPU: 7 } }, operation('grow')))
    expect(grown).toMatchObject({ kind: 'capacity', available: 2 })
    await claimed(
      opened,
      claimOf('a', { node: { VCPU: 4 } }, operation('shrink for b')),
      claimOf('b', { node: { VCPU: 2 } }),
    )
    expect(await used(opened, 'node')).toEqual({ VCPU: 6 })
  },

  'hands what a server holds to its migration while the server claims elsewhere': async (opened) => {
    await declare(opened, declaration('node', { VCPU: inventory(4) }))
    await declare(opened, declaration('next', { VCPU: inventory(4) }))
    await claimed(opened, claimOf('server', { node: { VCPU: 4 } }))
    await declare(opened, declaration('node', { VCPU: inventory(2) }))
    await claimed(
      opened,
      claimOf('migration', { node: { VCPU: 4 } }, { consumerType: 'MIGRATION' }),
      claimOf('server', { next: { VCPU: 4 } }, operation('move')),
    )
    expect([await used(opened, 'node'), await used(opened, 'next')]).toEqual([{ VCPU: 4 }, { VCPU: 4 }])
    await release(opened, 'migration')
    expect([await used(opened, 'node'), await used(opened, 'next')]).toEqual([{ VCPU: 0 }, { VCPU: 4 }])
  },

  'compares the generation of a consumer only where one is given': async (opened) => {
    await declare(opened, node())
    const expecting = (consumerGeneration: number | null, name: string) =>
      claim(opened, claimOf('a', { node: { VCPU: 1 } }, { ...operation(name), consumerGeneration }))
    const race = { kind: 'refused', refusal: { kind: 'race', consumer: consumer('a') } }
    expect(await expecting(3, 'not there')).toEqual(race)
    expect(await expecting(null, 'first')).toEqual({ kind: 'claimed' })
    expect(await expecting(null, 'second')).toEqual(race)
    expect(await expecting(1, 'third')).toEqual({ kind: 'claimed' })
    expect(await expecting(1, 'late')).toEqual(race)
    await claimed(opened, claimOf('a', { node: { VCPU: 2 } }, operation('not asked')))
    await expectUsed(opened, 'node', { VCPU: 2 })
  },

  'gives everything back; twice is once': async (opened) => {
    await declare(opened, node(), declaration('card', { VF: inventory(4) }, { parent: 'node' }))
    await claimed(opened, claimOf('a', { node: server, card: { VF: 1 } }), claimOf('b', { node: server }))
    await release(opened, 'a', 'nobody', 'a')
    await expectUsed(opened, 'node', server)
    expect(await used(opened, 'card')).toEqual({ VF: 0 })
    const before = await version(opened)
    await release(opened, 'a')
    expect(await version(opened)).toBe(before)
    const anew = claimOf('a', { node: server }, { consumerGeneration: null })
    expect(await claim(opened, anew)).toEqual({ kind: 'claimed' })
    await release(opened, 'b', 'a')
    await expectUsed(opened, 'node', {})
  },

  'takes a claim of nothing for giving back': async (opened) => {
    await declare(opened, node())
    await claimed(opened, claimOf('a', { node: server }))
    await claimed(opened, claimOf('a', {}, operation('empty')), claimOf('b', { node: { VCPU: 0 } }))
    await expectUsed(opened, 'node', {})
    const anew = claimOf('a', { node: server }, { ...operation('anew'), consumerGeneration: null })
    expect(await claim(opened, anew)).toEqual({ kind: 'claimed' })
  },
} satisfies Record<string, Case>
