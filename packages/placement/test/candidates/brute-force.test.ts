import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { candidatesOf, type TreeProvider } from '@novakit/placement/candidates'
import type { HostState, ProviderState } from '@novakit/core'
import { everyCandidate, lineOfCandidate } from './brute-force.ts'
import { hosts, requests, sharers } from './arbitrary.ts'

function worldOf(host: HostState, sharing: readonly ProviderState[]): readonly TreeProvider[] {
  const root: TreeProvider = { ...host, id: host.provider, name: host.node, parent: null, root: host.provider }
  const shares = (one: ProviderState) => ({ ...one, traits: new Set([...one.traits, 'MISC_SHARES_VIA_AGGREGATE']) })
  return [
    root,
    ...host.children.map((child) => ({ ...child, root: root.id })),
    ...sharing.map((one) => ({ ...shares(one), root: one.id })),
  ]
}

describe('candidates of one host', () => {
  test('are those that trying everything finds, each of them once', () => {
    fc.assert(
      fc.property(hosts, requests, sharers, (host, asked, sharing) => {
        const { candidates } = candidatesOf(host, asked, sharing, Infinity)
        const world = worldOf(host, sharing)
        const every = everyCandidate(world, asked, { anchors: world.slice(0, 1) })
        expect(candidates.map(lineOfCandidate).toSorted()).toEqual(every)
      }),
      { numRuns: 3000 },
    )
  })

  test('a limit cuts the list and changes nothing else', () => {
    fc.assert(
      fc.property(hosts, requests, sharers, fc.integer({ min: 1, max: 3 }), (host, asked, sharing, limit) => {
        const all = candidatesOf(host, asked, sharing, Infinity).candidates
        expect(candidatesOf(host, asked, sharing, limit).candidates).toEqual(all.slice(0, limit))
      }),
    )
  })

  test('there is a shortage exactly where there is no candidate', () => {
    let found = 0
    fc.assert(
      fc.property(hosts, requests, sharers, (host, asked, sharing) => {
        const { candidates, shortage } = candidatesOf(host, asked, sharing, 1)
        found += candidates.length
        expect(shortage === null).toBe(candidates.length > 0)
      }),
      { numRuns: 1000 },
    )
    expect(found, 'requests that fit are among them').toBeGreaterThan(50)
  })
})
