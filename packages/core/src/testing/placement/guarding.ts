import { expect } from 'vitest'
import { id, type OperationId } from '../../domain/ids.ts'
import type { Claim, Guard } from '../../domain/placement/claim.ts'
import {
  claim,
  claimed,
  claimOf,
  consumer,
  declaration,
  declare,
  inventory,
  refusalOf,
  release,
  used,
  type Case,
} from './world.ts'

const node = (name = 'node') => declaration(name, { VCPU: inventory(100) })
const atMost = (max: number, key = 'group on node', by = 1): Guard => ({ kind: 'counter', key, by, max })
const pinned = (value: string, key = 'group'): Guard => ({ kind: 'pin', key, value })
const one = { node: { VCPU: 1 } }
const guarded = (name: string, ...guards: readonly Guard[]): Claim => claimOf(name, one, { guards })
const again = (name: string, operation: string, ...guards: readonly Guard[]): Claim => ({
  ...guarded(name, ...guards),
  operation: id<OperationId>(operation),
})

/** Guards: rules of groups that two racing claims cannot break between them. */
export const guarding = {
  'holds a counter at its limit, and takes nothing of what it refuses': async (opened) => {
    await declare(opened, node())
    await claimed(opened, guarded('a', atMost(2)))
    await claimed(opened, guarded('b', atMost(2)))
    const refusal = await refusalOf(opened, guarded('c', atMost(2)))
    expect(refusal).toEqual({ kind: 'guard', consumer: consumer('c'), guard: atMost(2), held: 2 })
    expect(await used(opened, 'node')).toEqual({ VCPU: 2 })
    await claimed(opened, guarded('c', atMost(2, 'another group')))
    await release(opened, 'a', 'a')
    await claimed(opened, guarded('d', atMost(2)))
  },

  'counts by weight, and refuses what is too much for an empty counter': async (opened) => {
    await declare(opened, node())
    expect(await refusalOf(opened, guarded('a', atMost(3, 'k', 4)))).toMatchObject({ kind: 'guard', held: 0 })
    await claimed(opened, guarded('a', atMost(3, 'k', 2)))
    expect(await refusalOf(opened, guarded('b', atMost(3, 'k', 2)))).toMatchObject({ kind: 'guard', held: 2 })
    await claimed(opened, guarded('b', atMost(3, 'k', 1)))
  },

  'counts the claims of one call together': async (opened) => {
    await declare(opened, node())
    const three = ['a', 'b', 'c'].map((name) => guarded(name, atMost(2)))
    expect(await refusalOf(opened, ...three)).toMatchObject({ kind: 'guard', consumer: consumer('c'), held: 2 })
    await claimed(opened, ...three.slice(0, 2))
  },

  'keeps all holders of a pin on one value, until the last is gone': async (opened) => {
    await declare(opened, node())
    await claimed(opened, guarded('a', pinned('rack 1')), guarded('b', pinned('rack 1')))
    const refusal = await refusalOf(opened, guarded('c', pinned('rack 2')))
    expect(refusal).toEqual({ kind: 'guard', consumer: consumer('c'), guard: pinned('rack 2'), held: 'rack 1' })
    await release(opened, 'a')
    expect(await refusalOf(opened, guarded('c', pinned('rack 2')))).toMatchObject({ held: 'rack 1' })
    await release(opened, 'b')
    await claimed(opened, guarded('c', pinned('rack 2')))
    expect(await refusalOf(opened, guarded('a', pinned('rack 1')))).toMatchObject({ held: 'rack 2' })
  },

  'refuses two values of one pin in one call': async (opened) => {
    await declare(opened, node())
    const two = [guarded('a', pinned('rack 1')), guarded('b', pinned('rack 2'))]
    expect(await refusalOf(opened, ...two)).toMatchObject({ kind: 'guard', consumer: consumer('b'), held: 'rack 1' })
    await claimed(opened, guarded('c', pinned('rack 3')))
  },

  'tells a guard from a lack of capacity': async (opened) => {
    await declare(opened, node())
    await claimed(opened, guarded('a', atMost(1)))
    const both = { ...guarded('b', atMost(1)), allocations: claimOf('b', { node: { VCPU: 100 } }).allocations }
    expect(await refusalOf(opened, both)).toMatchObject({ kind: 'capacity' })
    expect(await refusalOf(opened, guarded('b', atMost(1)))).toMatchObject({ kind: 'guard' })
  },

  'replaces guards with the claim that had them': async (opened) => {
    await declare(opened, node())
    await declare(opened, node('next'))
    const here = atMost(1, 'group on node')
    const there = atMost(1, 'group on next')
    await claimed(opened, guarded('a', here, pinned('rack 1')), guarded('b', there))
    expect(await refusalOf(opened, again('a', 'move', there, pinned('rack 1')))).toMatchObject({ kind: 'guard' })
    expect(await refusalOf(opened, guarded('c', here))).toMatchObject({ kind: 'guard' })
    await release(opened, 'b')
    await claimed(opened, again('a', 'move', there, pinned('rack 2')))
    await claimed(opened, guarded('c', here))
    expect(await refusalOf(opened, guarded('b', there))).toMatchObject({ kind: 'guard' })
    expect(await refusalOf(opened, guarded('b', pinned('rack 1')))).toMatchObject({ held: 'rack 2' })
  },

  'does not move a pin from under another holder': async (opened) => {
    await declare(opened, node())
    await claimed(opened, guarded('a', pinned('rack 1')), guarded('b', pinned('rack 1')))
    expect(await refusalOf(opened, again('a', 'move', pinned('rack 2')))).toMatchObject({ held: 'rack 1' })
    await claimed(opened, again('a', 'move', pinned('rack 2')), again('b', 'move', pinned('rack 2')))
    expect(await refusalOf(opened, guarded('c', pinned('rack 1')))).toMatchObject({ held: 'rack 2' })
  },

  'counts a claim that is repeated once': async (opened) => {
    await declare(opened, node())
    for (let time = 0; time < 3; time++) await claimed(opened, guarded('a', atMost(1), pinned('rack 1')))
    await release(opened, 'a')
    await claimed(opened, guarded('b', atMost(1), pinned('rack 2')))
  },

  'holds its guards against 32 that claim at once': async (opened) => {
    await declare(opened, node())
    const names = Array.from({ length: 32 }, (_, n) => `server ${n}`)
    const ask = async (name: string, n: number): Promise<string | null> => {
      const rack = `rack ${n % 4}`
      const { kind } = await claim(opened, guarded(name, atMost(7), pinned(rack)))
      return kind === 'claimed' ? rack : null
    }
    const racks = (await Promise.all(names.map(ask))).filter((rack) => rack !== null)
    expect(racks).toHaveLength(7)
    expect(new Set(racks).size).toBe(1)
    expect(await used(opened, 'node')).toEqual({ VCPU: 7 })
    await Promise.all([...names, ...names].map((name) => release(opened, name)))
    await claimed(opened, guarded('next', atMost(7, 'group on node', 7), pinned('rack 9')))
  },
} satisfies Record<string, Case>
