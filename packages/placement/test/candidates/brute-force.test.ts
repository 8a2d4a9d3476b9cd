import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { candidatesOf, type AllocationCandidate } from '@novakit/placement/candidates'
import { everyCandidate } from './brute-force.ts'
import { hosts, requests, sharers } from './arbitrary.ts'

function lineOf({ allocations, mappings }: AllocationCandidate): string {
  const amounts = [...allocations].flatMap(([id, sums]) =>
    Object.entries(sums).map(([name, sum]) => `${id}.${name}=${sum}`),
  )
  const served = [...mappings].flatMap(([suffix, providers]) => providers.map((id) => `${suffix || '-'}>${id}`))
  return [...amounts.toSorted(), '|', ...served.toSorted()].join(' ')
}

describe('candidates of small trees', () => {
  test('are those that trying everything finds, each of them once', () => {
    fc.assert(
      fc.property(hosts, requests, sharers, (tree, asked, sharing) => {
        const { candidates } = candidatesOf(tree, asked, sharing, Infinity)
        expect(candidates.map(lineOf).toSorted()).toEqual(everyCandidate(tree, asked, sharing))
      }),
      { numRuns: 3000 },
    )
  })

  test('a limit cuts the list and changes nothing else', () => {
    fc.assert(
      fc.property(hosts, requests, sharers, fc.integer({ min: 1, max: 3 }), (tree, asked, sharing, limit) => {
        const all = candidatesOf(tree, asked, sharing, Infinity).candidates
        expect(candidatesOf(tree, asked, sharing, limit).candidates).toEqual(all.slice(0, limit))
      }),
    )
  })

  test('there is a shortage exactly where there is no candidate', () => {
    let found = 0
    fc.assert(
      fc.property(hosts, requests, sharers, (tree, asked, sharing) => {
        const { candidates, shortage } = candidatesOf(tree, asked, sharing, 1)
        found += candidates.length
        expect(shortage === null).toBe(candidates.length > 0)
      }),
      { numRuns: 1000 },
    )
    expect(found, 'requests that fit are among them').toBeGreaterThan(50)
  })
})
