import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ResourceGroup } from '@novakit/core'
import { candidatesOf, type AllocationCandidate } from '../../src/candidates/index.ts'
import { everyCandidate } from './brute-force.ts'
import { aggregates, group, host, inventory, provider, request } from './build.ts'

const classes = ['VCPU', 'DISK_GB', 'VF']
const traits = ['HW_A', 'HW_B']
const racks = ['r1', 'r2']

const inventories = fc.dictionary(
  fc.constantFrom(...classes),
  fc
    .record({ total: fc.integer({ min: 1, max: 4 }), used: fc.integer({ min: 0, max: 4 }), step: fc.constantFrom(1, 1, 2) })
    .map(({ total, used, step }) => inventory(total, used, { stepSize: step, maxUnit: Math.max(1, total - 1) })),
)
const parts = fc.record({
  inventories,
  traits: fc.subarray(traits),
  aggregates: fc.subarray(racks),
})
const children = fc
  .array(fc.tuple(parts, fc.nat()), { maxLength: 3 })
  .map((list) =>
    list.map(([each, up], index) => provider(`c${index}`, { ...each, parent: ['h', 'c0', 'c1'][up % (index + 1)] ?? 'h' })),
  )
const hosts = fc.tuple(parts, children).map(([root, below]) => host('h', root, below))
const sharers = fc.array(parts, { maxLength: 1 }).map((list) => list.map((each, index) => provider(`s${index}`, each)))

const resources = fc.dictionary(fc.constantFrom(...classes), fc.integer({ min: 1, max: 2 }), { maxKeys: 2 })
const anyOf = <T>(values: readonly T[]) => fc.option(fc.subarray([...values], { minLength: 1 }), { nil: null, freq: 3 })
const groups = (suffix: string) =>
  fc
    .record({ resources, required: anyOf(traits), forbidden: anyOf(traits), member: anyOf(racks), not: anyOf(racks), tree: fc.nat(12) })
    .map(
      (each): ResourceGroup =>
        group(suffix, each.resources, {
          required: each.required === null ? [] : [each.required.length === 1 ? each.required[0]! : each.required],
          forbidden: each.forbidden?.slice(1) ?? [],
          memberOf: each.member === null ? [] : [aggregates(...each.member)],
          forbiddenAggregates: aggregates(...(each.not?.slice(1) ?? [])),
          inTree: each.tree === 0 ? ('h' as never) : each.tree === 1 ? ('s0' as never) : null,
        }),
    )
const requests = fc
  .tuple(groups(''), groups('_a'), groups('_b'), fc.subarray([0, 1, 2], { minLength: 1 }), fc.constantFrom('none', 'isolate', null), fc.nat(3))
  .map(([plain, a, b, kept, groupPolicy, subtree]) =>
    request([plain, a, b].filter((_, index) => kept.includes(index)), {
      groupPolicy,
      sameSubtree: subtree === 0 ? [['_a', '_b']] : [],
    }),
  )

function lineOf({ allocations, mappings }: AllocationCandidate): string {
  const amounts = [...allocations].flatMap(([id, sums]) => Object.entries(sums).map(([name, sum]) => `${id}.${name}=${sum}`))
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
