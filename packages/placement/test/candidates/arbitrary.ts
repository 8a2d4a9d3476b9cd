import fc from 'fast-check'
import type { ResourceGroup } from '@novakit/core'
import { aggregates, group, host, inventory, provider, request } from './build.ts'

const classes = ['VCPU', 'DISK_GB', 'VF']
const traits = ['HW_A', 'HW_B']
const racks = ['r1', 'r2']

const inventories = fc.dictionary(
  fc.constantFrom(...classes),
  fc
    .record({
      total: fc.integer({ min: 1, max: 4 }),
      used: fc.integer({ min: 0, max: 4 }),
      step: fc.constantFrom(1, 1, 2),
    })
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
    list.map(([each, up], index) =>
      provider(`c${index}`, { ...each, parent: ['h', 'c0', 'c1'][up % (index + 1)] ?? 'h' }),
    ),
  )
/** Trees of up to four providers. */
export const hosts = fc.tuple(parts, children).map(([root, below]) => host('h', root, below))
/** At most one provider that may share with them. */
export const sharers = fc
  .array(parts, { maxLength: 1 })
  .map((list) => list.map((each, index) => provider(`s${index}`, each)))

const resources = fc.dictionary(fc.constantFrom(...classes), fc.integer({ min: 1, max: 2 }), { maxKeys: 2 })
const anyOf = <T>(values: readonly T[]) => fc.option(fc.subarray([...values], { minLength: 1 }), { nil: null, freq: 3 })
const groups = (suffix: string) =>
  fc
    .record({
      resources,
      required: anyOf(traits),
      forbidden: anyOf(traits),
      member: anyOf(racks),
      not: anyOf(racks),
      tree: fc.nat(12),
    })
    .map((each): ResourceGroup =>
      group(suffix, each.resources, {
        required: each.required === null ? [] : [each.required.length === 1 ? each.required[0]! : each.required],
        forbidden: each.forbidden?.slice(1) ?? [],
        memberOf: each.member === null ? [] : [aggregates(...each.member)],
        forbiddenAggregates: aggregates(...(each.not?.slice(1) ?? [])),
        inTree: each.tree === 0 ? ('h' as never) : each.tree === 1 ? ('s0' as never) : null,
      }),
    )
/** Up to three groups. */
export const requests = fc
  .tuple(
    groups(''),
    groups('_a'),
    groups('_b'),
    fc.subarray([0, 1, 2], { minLength: 1 }),
    fc.constantFrom('none', 'isolate', null),
    fc.nat(3),
  )
  .map(([plain, a, b, kept, groupPolicy, subtree]) =>
    request(
      [plain, a, b].filter((_, index) => kept.includes(index)),
      {
        groupPolicy,
        sameSubtree: subtree === 0 ? [['_a', '_b']] : [],
      },
    ),
  )
