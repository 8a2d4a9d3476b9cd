import { capacityOf } from '@novakit/core'
import {
  findCandidates,
  providerIndex,
  type CandidateRequest,
  type ProviderIndex,
  type TreeProvider,
} from '@novakit/placement/candidates'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { everyCandidate, lineOfCandidate } from './brute-force.ts'
import { devices, forestRequests, forests, tightRequests } from './forest.ts'

function indexOf(world: readonly TreeProvider[]): ProviderIndex {
  const index = providerIndex()
  index.apply(world.map((provider) => ({ kind: 'put', provider })))
  return index
}

const asks: fc.Arbitrary<CandidateRequest> = fc.record({
  resources: forestRequests,
  limit: fc.constant(null),
  seed: fc.constantFrom('', 'one', 'two'),
  nested: fc.integer({ min: 0, max: 3 }).map((draw) => draw > 0),
})

describe('candidates of a forest', () => {
  test('are those that trying everything finds, each of them once', { timeout: 120_000 }, () => {
    let found = 0
    fc.assert(
      fc.property(forests, asks, (world, ask) => {
        const { candidates, partial } = findCandidates(indexOf(world), ask)
        const every = everyCandidate(world, ask.resources, { nested: ask.nested })
        expect(candidates.map(lineOfCandidate).toSorted()).toEqual(every)
        expect(partial).toBe(false)
        found += every.length > 0 ? 1 : 0
      }),
      { numRuns: 6000 },
    )
    expect(found, 'requests that fit are among them').toBeGreaterThan(1000)
  })

  test('are so where nearly every combination fails, too', { timeout: 120_000 }, () => {
    let [none, some] = [0, 0]
    fc.assert(
      fc.property(devices, tightRequests, (world, resources) => {
        const ask: CandidateRequest = { resources, limit: null, seed: '', nested: true }
        const every = everyCandidate(world, resources)
        expect(findCandidates(indexOf(world), ask).candidates.map(lineOfCandidate).toSorted()).toEqual(every)
        if (every.length > 0) some++
        else none++
      }),
      { numRuns: 600 },
    )
    expect(Math.min(none, some)).toBeGreaterThan(50)
  })

  test('can be claimed, each of them, on what is used now', () => {
    fc.assert(
      fc.property(forests, asks, (world, ask) => {
        for (const { allocations } of findCandidates(indexOf(world), ask).candidates) {
          for (const [id, resources] of allocations) {
            const { inventories } = world.find((provider) => provider.id === id)!
            for (const [name, amount] of Object.entries(resources)) {
              const inventory = inventories.get(name)!
              expect(inventory.used + amount).toBeLessThanOrEqual(capacityOf(inventory))
              expect(amount).toBeGreaterThanOrEqual(inventory.minUnit)
              expect(amount).toBeLessThanOrEqual(inventory.maxUnit)
              expect(amount % inventory.stepSize).toBe(0)
            }
          }
        }
      }),
      { numRuns: 1000 },
    )
  })

  test('are cut by a limit, which changes nothing else', () => {
    fc.assert(
      fc.property(forests, asks, fc.integer({ min: 1, max: 6 }), (world, ask, limit) => {
        const index = indexOf(world)
        const all = findCandidates(index, ask).candidates
        const cut = findCandidates(index, { ...ask, limit })
        expect(cut.candidates).toEqual(all.slice(0, limit))
        expect(cut.partial).toBe(false)
        const capped = findCandidates(index, { ...ask, cap: limit })
        expect(capped.candidates).toEqual(all.slice(0, limit))
        expect(capped.partial).toBe(all.length >= limit)
      }),
      { numRuns: 1000 },
    )
  })

  test('come from as many hosts as can serve, before any host comes a second time', () => {
    fc.assert(
      fc.property(forests, asks, (world, ask) => {
        const quiet = world.map((provider) => ({ ...provider, traits: new Set<string>() }))
        const roots = findCandidates(indexOf(quiet), ask).candidates.map(({ mappings }) => {
          const [id] = [...mappings.values()].flat()
          return world.find((provider) => provider.id === id)?.root
        })
        const hosts = new Set(roots)
        expect(new Set(roots.slice(0, hosts.size))).toEqual(hosts)
      }),
      { numRuns: 1000 },
    )
  })

  test('summarise every provider of the trees that they take from, and before 1.29 those that they take from', () => {
    fc.assert(
      fc.property(forests, asks, (world, ask) => {
        const { candidates, summarised } = findCandidates(indexOf(world), ask)
        const used = new Set(candidates.flatMap(({ allocations }) => [...allocations.keys()]))
        const trees = new Set(world.filter(({ id }) => used.has(id)).map(({ root }) => root))
        const wanted = world.filter(({ id, root }) => (ask.nested ? trees.has(root) : used.has(id)))
        expect(summarised.toSorted(byId)).toEqual(wanted.toSorted(byId))
      }),
      { numRuns: 1000 },
    )
  })
})

function byId(a: TreeProvider, b: TreeProvider): number {
  return a.id < b.id ? -1 : 1
}
