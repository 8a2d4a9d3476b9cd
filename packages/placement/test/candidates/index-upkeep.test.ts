import { candidateSlices, findCandidates, providerIndex, type CandidateRequest } from '@novakit/placement/candidates'
import type { ProviderChange, TreeProvider } from '@novakit/placement/candidates'
import { id, type ProviderId } from '@novakit/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { group, inventory, provider, request } from './build.ts'
import { forestRequests, forests } from './forest.ts'

const ask = (resources: CandidateRequest['resources']): CandidateRequest => ({
  resources,
  limit: null,
  seed: 'seed',
  nested: true,
})

const puts = (world: readonly TreeProvider[]): readonly ProviderChange[] =>
  world.map((provider) => ({ kind: 'put', provider }))

const gone = (world: readonly TreeProvider[]): readonly ProviderChange[] =>
  world.map(({ id }) => ({ kind: 'gone', provider: id }))

function indexOf(world: readonly TreeProvider[]) {
  const index = providerIndex()
  index.apply(puts(world))
  return index
}

describe('an index that is kept up to date', () => {
  test('a tree may be as deep as it likes', () => {
    const names = Array.from({ length: 20_000 }, (_, at) => `p${at}`)
    const world = names.map((name, at) => ({
      ...provider(name, at === 0 ? {} : { parent: `p${at - 1}` }),
      root: id<ProviderId>('p0'),
    }))
    expect(indexOf(world).trees[0]?.providers.map((each) => each.name)).toEqual(names)
  })

  test('answers as one that is built anew, whatever it held before', () => {
    fc.assert(
      fc.property(forests, forests, forestRequests, fc.integer({ min: 1, max: 4 }), (old, world, resources, size) => {
        const index = indexOf(old)
        findCandidates(index, ask(resources))
        const now = new Set(world.map(({ id }) => id))
        const changes = [...puts(world.toReversed()), ...gone(old.filter(({ id }) => !now.has(id)))]
        for (let at = 0; at < changes.length; at += size) index.apply(changes.slice(at, at + size))
        const fresh = indexOf(world)
        expect(findCandidates(index, ask(resources))).toEqual(findCandidates(fresh, ask(resources)))
        expect(index.trees).toEqual(fresh.trees)
        expect(index.size).toBe(world.length)
      }),
      { numRuns: 2000 },
    )
  })

  test('leaves a search under way with what it saw when it was opened', () => {
    fc.assert(
      fc.property(forests, forests, forestRequests, (old, world, resources) => {
        const index = indexOf(old)
        const before = findCandidates(index, ask(resources))
        const work = candidateSlices(index, ask(resources))
        index.apply([...gone(old), ...puts(world)])
        let step = work.next()
        while (step.done !== true) step = work.next()
        expect(step.value).toEqual(before)
      }),
      { numRuns: 1000 },
    )
  })

  test('does so where only some of many trees come into question', () => {
    const names = Array.from({ length: 300 }, (_, n) => `host-${String(n).padStart(3, '0')}`)
    const rootsWith = (traits: (position: number) => readonly string[]) =>
      names.map((name, position) => ({
        ...provider(name, { inventories: { VCPU: inventory(1) }, traits: traits(position) }),
        root: id<ProviderId>(name),
      }))
    const index = indexOf(rootsWith((position) => (position % 3 === 0 ? ['HW_A'] : [])))
    const wanted = ask(request([group('', { VCPU: 1 }, { required: ['HW_A'] })]))
    const before = findCandidates(index, wanted)
    const work = candidateSlices(index, wanted)
    index.apply(puts(rootsWith(() => [])))
    expect(work.next()).toEqual({ done: true, value: before })
    expect(before.candidates).toHaveLength(100)
    expect(findCandidates(index, wanted).candidates).toHaveLength(0)
  })

  test('knows among many hosts which have room, whatever is claimed, freed, added and removed', () => {
    const names = Array.from({ length: 90 }, (_, n) => `host-${n}`)
    const hostWith = (name: string, used: number, child: number): readonly TreeProvider[] => {
      const root = id<ProviderId>(name)
      const part = (each: number) => ({ inventories: { VCPU: inventory(4, each) } })
      return [
        { ...provider(name, part(used)), root },
        { ...provider(`${name}-0`, { ...part(child), parent: name }), root },
      ]
    }
    const amount = fc.integer({ min: 0, max: 4 })
    const steps = fc.array(fc.tuple(fc.constantFrom(...names), amount, amount, fc.boolean()), { maxLength: 30 })
    const wanted = ask(request([group('_a', { VCPU: 2 })]))
    fc.assert(
      fc.property(steps, (list) => {
        const world = new Map(names.slice(0, 80).map((name) => [name, hostWith(name, 3, 4)]))
        const index = indexOf([...world.values()].flat())
        for (const [name, used, child, isThere] of list) {
          if (isThere) world.set(name, hostWith(name, used, child))
          else world.delete(name)
          index.apply(isThere ? puts(hostWith(name, used, child)) : gone(hostWith(name, 0, 0)))
          const served = findCandidates(index, wanted).candidates.flatMap(({ allocations }) => [...allocations.keys()])
          const free = [...world.values()].flat().filter(({ inventories }) => inventories.get('VCPU')!.used <= 2)
          expect(served.toSorted()).toEqual(free.map((each) => each.id).toSorted())
        }
      }),
      { numRuns: 50 },
    )
  })

  test('offers nobody a provider whose root is not there yet', () => {
    fc.assert(
      fc.property(forests, forestRequests, (world, resources) => {
        const index = indexOf(world.filter(({ parent }) => parent !== null))
        expect(index.trees).toEqual([])
        expect(findCandidates(index, ask(resources)).candidates).toEqual([])
        index.apply(puts(world.filter(({ parent }) => parent === null)))
        expect(findCandidates(index, ask(resources))).toEqual(findCandidates(indexOf(world), ask(resources)))
      }),
      { numRuns: 500 },
    )
  })

  test('knows each provider, the tree it stands in, and which trees have a trait, class or aggregate', () => {
    fc.assert(
      fc.property(forests, (world) => {
        const index = indexOf(world)
        for (const provider of world) {
          expect(index.provider(provider.id)).toEqual(provider)
          expect(index.treeOf(provider.id)?.root).toBe(provider.root)
        }
        const rootsOf = (has: (provider: TreeProvider) => boolean) => new Set(world.filter(has).map(({ root }) => root))
        expect(index.rootsWith('trait', 'HW_A')).toEqual(rootsOf(({ traits }) => traits.has('HW_A')))
        expect(index.rootsWith('class', 'VF')).toEqual(rootsOf(({ inventories }) => inventories.has('VF')))
        expect(index.rootsWith('aggregate', 'r1')).toEqual(
          rootsOf(({ aggregates }) => (aggregates as readonly string[]).includes('r1')),
        )
      }),
      { numRuns: 300 },
    )
  })
})
