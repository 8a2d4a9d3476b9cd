import { expect } from 'vitest'
import type { Claim } from '../../domain/placement/claim.ts'
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
  one,
  provider,
  refusalOf,
  release,
  used,
  version,
  type Case,
} from './world.ts'

/** Claims: all or none, to the last unit and no further. */
export const claiming = {
  'takes what a claim asks for, of all providers at once': async (opened) => {
    await declare(opened, node(), declaration('card', { VF: inventory(4) }, { parent: 'node' }))
    const before = await one(opened, 'node')
    await claimed(opened, claimOf('a', { node: server, card: { VF: 1 } }))
    await expectUsed(opened, 'node', server)
    expect(await used(opened, 'card')).toEqual({ VF: 1 })
    expect((await one(opened, 'node')).generation).toBe(before.generation + 1)
    const found = await allocations(opened, 'a', 'nobody')
    expect(found).toHaveLength(2)
    expect(found).toContainEqual({ consumer: consumer('a'), provider: provider('node'), resources: server })
    expect(found).toContainEqual({ consumer: consumer('a'), provider: provider('card'), resources: { VF: 1 } })
  },

  'gives out to the last unit, then says what is asked and what is left': async (opened) => {
    await declare(opened, declaration('node', { VCPU: inventory(5, { reserved: 2, allocationRatio: 1.5 }) }))
    await claimed(opened, claimOf('a', { node: { VCPU: 3 } }))
    expect(await refusalOf(opened, claimOf('b', { node: { VCPU: 2 } }))).toEqual({
      kind: 'capacity',
      consumer: consumer('b'),
      provider: provider('node'),
      resourceClass: 'VCPU',
      requested: 2,
      available: 1,
    })
    await claimed(opened, claimOf('c', { node: { VCPU: 1 } }))
    expect(await used(opened, 'node')).toEqual({ VCPU: 4 })
  },

  'tells an amount that is never given out from one that is not left': async (opened) => {
    const steps = inventory(64, { minUnit: 4, maxUnit: 16, stepSize: 2 })
    await declare(opened, declaration('node', { DISK_GB: steps }))
    for (const requested of [2, 20, 5]) {
      const refusal = await refusalOf(opened, claimOf('a', { node: { DISK_GB: requested } }))
      expect(refusal).toMatchObject({ kind: 'unit', resourceClass: 'DISK_GB', requested })
    }
    const small = await refusalOf(
      opened,
      claimOf('a', { node: { DISK_GB: 8 } }),
      claimOf('b', { node: { DISK_GB: 2 } }),
    )
    expect(small).toMatchObject({ kind: 'unit', consumer: consumer('b') })
    const large = await refusalOf(
      opened,
      claimOf('a', { node: { DISK_GB: 20 } }),
      claimOf('b', { node: { DISK_GB: 8 } }),
    )
    expect(large).toMatchObject({ kind: 'unit', consumer: consumer('a') })
    await claimed(opened, claimOf('a', { node: { DISK_GB: 16 } }), claimOf('b', { node: { DISK_GB: 4 } }))
  },

  'says which class a provider does not have, or that there is no such provider': async (opened) => {
    await declare(opened, node())
    const vgpu = await refusalOf(opened, claimOf('a', { node: { VCPU: 1, VGPU: 1 } }))
    expect(vgpu).toMatchObject({ kind: 'no_inventory', provider: provider('node'), resourceClass: 'VGPU' })
    const nowhere = await refusalOf(opened, claimOf('a', { nowhere: { VCPU: 1 } }))
    expect(nowhere).toMatchObject({ kind: 'no_inventory', provider: provider('nowhere') })
    await expectUsed(opened, 'node', {})
  },

  'names the consumer that did not fit, and keeps nothing of the others': async (opened) => {
    await declare(opened, node())
    const before = { version: await version(opened), providers: await all(opened) }
    const five = ['a', 'b', 'c', 'd', 'e'].map((name) => claimOf(name, { node: { VCPU: 2 } }))
    expect(await refusalOf(opened, ...five)).toMatchObject({ kind: 'capacity', consumer: consumer('e'), available: 0 })
    expect({ version: await version(opened), providers: await all(opened) }).toEqual(before)
    expect(await allocations(opened, 'a', 'b', 'c', 'd', 'e')).toEqual([])
    await claimed(opened, ...five.slice(0, 4))
    await expectUsed(opened, 'node', { VCPU: 8 })
  },

  'leaves the transaction usable after a refusal, with nothing of the refused in it': async (opened) => {
    const { ledger, store } = opened
    await declare(opened, node())
    await declare(opened, node('next'))
    await store.write(async (tx) => {
      expect(await ledger.claim(tx, [claimOf('first', { node: { VCPU: 8 } })])).toEqual({ kind: 'claimed' })
      const refused = await ledger.claim(tx, [claimOf('a', { next: server, node: server })])
      expect(refused).toMatchObject({ kind: 'refused', refusal: { kind: 'capacity' } })
      expect(await ledger.allocationsOf(tx, [consumer('a')])).toEqual([])
      expect(await ledger.claim(tx, [claimOf('a', { next: server })])).toEqual({ kind: 'claimed' })
    })
    await expectUsed(opened, 'node', { VCPU: 8 })
    await expectUsed(opened, 'next', server)
  },

  'undoes a claim with the transaction that it was part of': async (opened) => {
    const { ledger, store } = opened
    await declare(opened, node())
    const failing = store.write(async (tx) => {
      await ledger.claim(tx, [claimOf('a', { node: server })])
      throw new Error('the step failed')
    })
    await expect(failing).rejects.toThrow('the step failed')
    await expectUsed(opened, 'node', {})
    expect(await allocations(opened, 'a')).toEqual([])
  },

  'refuses calls that make no sense': async (opened) => {
    await declare(opened, node())
    const senseless: readonly (readonly Claim[])[] = [
      [claimOf('a', { node: { VCPU: -1 } })],
      [claimOf('a', { node: { VCPU: 0.5 } })],
      [claimOf('a', { node: server }), claimOf('a', { node: server })],
      [claimOf('a', {}, { guards: [{ kind: 'counter', key: '', by: 1, max: 1 }] })],
      [claimOf('a', {}, { guards: [{ kind: 'counter', key: 'k', by: -1, max: 1 }] })],
    ]
    for (const claims of senseless) {
      await expect(claim(opened, ...claims)).rejects.toMatchObject({ code: 'placement.invalid' })
    }
    await claimed(opened)
    await expectUsed(opened, 'node', {})
  },

  'serves many consumers in one call': async (opened) => {
    const hosts = Array.from({ length: 20 }, (_, n) => `host ${n}`)
    for (const host of hosts) await declare(opened, node(host))
    const servers = Array.from({ length: 80 }, (_, n) => `server ${n}`)
    await claimed(opened, ...servers.map((name, n) => claimOf(name, { [hosts[n % 20] ?? '']: server })))
    for (const host of hosts) await expectUsed(opened, host, { VCPU: 8, MEMORY_MB: 4096, DISK_GB: 40 })
    await release(opened, ...servers)
    for (const host of hosts) await expectUsed(opened, host, {})
  },

  'gives out no more than there is to 32 that ask at once': async (opened) => {
    const hosts = ['h0', 'h1', 'h2', 'h3']
    for (const host of hosts) await declare(opened, declaration(host, { VCPU: inventory(10), DISK_GB: inventory(25) }))
    const ask = async (name: string, n: number): Promise<boolean> => {
      const first = claimOf(name, { [`h${n % 4}`]: { VCPU: 2, DISK_GB: 3 } })
      if ((await claim(opened, first)).kind === 'claimed') return true
      const second = { [`h${(n + 1) % 4}`]: { VCPU: 1 }, [`h${n % 4}`]: { VCPU: 1 } }
      return (await claim(opened, claimOf(name, second, operation(`${name} again`)))).kind === 'claimed'
    }
    const names = Array.from({ length: 32 }, (_, n) => `server ${n}`)
    const served = await Promise.all(names.map(ask))
    const sums = new Map<string, number>()
    for (const { provider: at, resources } of await allocations(opened, ...names)) {
      for (const [name, amount] of Object.entries(resources)) sums.set(at + name, (sums.get(at + name) ?? 0) + amount)
    }
    for (const { id: at, inventories } of await all(opened)) {
      for (const [name, each] of Object.entries(inventories)) {
        expect(each.used).toBe(sums.get(at + name) ?? 0)
        expect(each.used).toBeLessThanOrEqual(each.total)
      }
    }
    expect(served.filter(Boolean), '4 × 10 units, 2 each').toHaveLength(20)
    await Promise.all([...names, ...names].map((name) => release(opened, name)))
    for (const host of hosts) expect(await used(opened, host)).toEqual({ VCPU: 0, DISK_GB: 0 })
  },
} satisfies Record<string, Case>
