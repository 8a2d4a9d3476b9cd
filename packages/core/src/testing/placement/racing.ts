import { expect } from 'vitest'
import type { PlacementCommand } from './history.ts'
import { asClaim, placementNames, randomCommand } from './history.ts'
import { follow, follower } from './following.ts'
import type { Inventory } from '../../domain/scheduling/snapshot.ts'
import { seededRandom } from '../../system/random.ts'
import {
  all,
  allocations,
  claim,
  claimed,
  claimOf,
  declaration,
  declare,
  inventory,
  release,
  used,
  type Case,
  type LedgerAndStore,
} from './world.ts'

const { hosts, classes, consumers, counters, pins, values } = placementNames

async function carryOut(opened: LedgerAndStore, command: PlacementCommand): Promise<void> {
  if (command.kind === 'claim') await claim(opened, ...command.claims.map(asClaim))
  else if (command.kind === 'release') await release(opened, ...command.consumers)
}

/** Declares hosts anew with another class, another trait and another child each time; what is claimed stays theirs. */
async function redeclare(opened: LedgerAndStore, stock: Readonly<Record<string, Inventory>>): Promise<void> {
  for (let turn = 0; turn < 15; turn++) {
    const host = hosts[turn % hosts.length] ?? ''
    const inventories = { ...stock, [`CUSTOM_${turn % 2}`]: inventory(turn + 1) }
    const card = declaration(`${host} card ${turn % 2}`, { VF: inventory(1) }, { parent: host })
    await declare(opened, declaration(host, inventories, { traits: [`CUSTOM_${turn % 4}`] }), card)
  }
}

/** Use is the sum of the allocations, and no more than there is. */
async function expectBalance(opened: LedgerAndStore): Promise<void> {
  const sums = new Map<string, number>()
  for (const { provider, resources } of await allocations(opened, ...consumers)) {
    for (const [name, amount] of Object.entries(resources)) {
      sums.set(provider + name, (sums.get(provider + name) ?? 0) + amount)
    }
  }
  for (const { id, inventories } of await all(opened)) {
    for (const [name, each] of Object.entries(inventories)) {
      expect(each.used).toBe(sums.get(id + name) ?? 0)
      expect(each.used).toBeLessThanOrEqual(each.total)
    }
  }
}

/** Many at once on the same few rows: the sums stay right, whoever wins. */
export const racing = {
  'keeps its books while sixteen claim, replace and give back the same consumers on changing hosts': async (opened) => {
    const stock = Object.fromEntries(classes.map((name) => [name, inventory(9)]))
    for (const host of hosts) await declare(opened, declaration(host, stock))
    let working = true
    const reader = follower()
    const following = (async () => {
      while (working) await follow(opened, reader, 2)
    })()
    const worker = async (n: number): Promise<void> => {
      const random = seededRandom(`worker ${n}`)
      for (let turn = 0; turn < 15; turn++) await carryOut(opened, randomCommand(random))
    }
    await Promise.all([redeclare(opened, stock), ...Array.from({ length: 16 }, (_, n) => worker(n))])
    working = false
    await following
    await expectBalance(opened)
    await follow(opened, reader, 2)
    expect([...reader.known.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1))).toEqual(await all(opened))
    await release(opened, ...consumers)
    for (const host of hosts) expect(await used(opened, host)).toMatchObject({ VCPU: 0, DISK_GB: 0 })
    const full = counters.map((key) => ({ kind: 'counter' as const, key, by: 3, max: 3 }))
    const free = pins.map((key) => ({ kind: 'pin' as const, key, value: `not ${values[0]}` }))
    await claimed(opened, claimOf('last', {}, { guards: [...full, ...free] }))
  },

  'takes a consumer once from eight that create it at once': async (opened) => {
    await declare(opened, declaration('node', { VCPU: inventory(8) }))
    const mine = claimOf('a', { node: { VCPU: 1 } })
    const results = await Promise.all(Array.from({ length: 8 }, () => claim(opened, mine)))
    expect(results.filter((result) => result.kind === 'claimed').length).toBeGreaterThan(0)
    for (const result of results) if (result.kind === 'refused') expect(result.refusal.kind).toBe('race')
    expect(await used(opened, 'node')).toEqual({ VCPU: 1 })
  },

  'gives back once what eight release at once': async (opened) => {
    await declare(opened, declaration('node', { VCPU: inventory(8) }))
    await claimed(opened, claimOf('a', { node: { VCPU: 3 } }), claimOf('b', { node: { VCPU: 2 } }))
    await Promise.all(Array.from({ length: 8 }, () => release(opened, 'a')))
    expect(await used(opened, 'node')).toEqual({ VCPU: 2 })
  },
} satisfies Record<string, Case>
