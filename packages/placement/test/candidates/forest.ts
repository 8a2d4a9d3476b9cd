import { id, type ProviderId, type ResourceGroup, type ResourceRequest } from '@novakit/core'
import type { TreeProvider } from '@novakit/placement/candidates'
import fc from 'fast-check'
import { aggregates, group, inventory, provider, request, type ProviderParts } from './build.ts'

// Small worlds of several trees, some of whose providers share, and requests of every kind for them.

const classes = ['VCPU', 'DISK_GB', 'VF']
const traits = ['HW_A', 'HW_B']
const racks = ['r1', 'r2', 'r3']

const stock = fc
  .record({
    total: fc.integer({ min: 1, max: 8 }),
    used: fc.constantFrom(0, 0, 0, 1, 2, 3),
    reserved: fc.constantFrom(0, 0, 0, 1),
    allocationRatio: fc.constantFrom(1, 1, 1.5, 2),
    stepSize: fc.constantFrom(1, 1, 1, 1, 2),
    minUnit: fc.constantFrom(1, 1, 1, 1, 2),
  })
  .map(({ total, used, ...rest }) => inventory(total, used, { maxUnit: Math.max(2, total - 1), ...rest }))

const inventories = fc.oneof(
  { weight: 2, arbitrary: fc.record({ VCPU: stock, DISK_GB: stock, VF: stock }) },
  { weight: 3, arbitrary: fc.dictionary(fc.constantFrom(...classes), stock) },
)

const parts = fc.record({
  inventories,
  traits: fc.subarray(traits),
  aggregates: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 3, arbitrary: fc.subarray(racks) }),
  shares: fc.integer({ min: 0, max: 5 }).map((draw) => draw === 0),
})

interface Parts extends ProviderParts {
  readonly traits: readonly string[]
  readonly shares: boolean
}

function named(name: string, root: string, parent: string | null, each: Parts): TreeProvider {
  const all = each.shares ? [...each.traits, 'MISC_SHARES_VIA_AGGREGATE'] : each.traits
  const state = provider(name, { ...each, traits: all, ...(parent === null ? {} : { parent }) })
  return { ...state, root: id<ProviderId>(root) }
}

/** One tree of one to four providers; now and then its children are alike. */
const trees = (root: string) =>
  fc
    .tuple(parts, fc.array(fc.tuple(parts, fc.nat()), { maxLength: 3 }), fc.boolean())
    .map(([top, below, alike]) => [
      named(root, root, null, top),
      ...below.map(([each, up], index) =>
        named(
          `${root}${index}`,
          root,
          alike ? root : ([root, `${root}0`, `${root}1`][up % (index + 1)] ?? root),
          alike ? below[0]![0] : each,
        ),
      ),
    ])

export const forests: fc.Arbitrary<readonly TreeProvider[]> = fc
  .tuple(trees('a'), trees('b'), trees('c'), fc.integer({ min: 1, max: 3 }))
  .map(([a, b, c, count]) => [a, b, c].slice(0, count).flat())

const resources = fc.dictionary(fc.constantFrom(...classes), fc.constantFrom(1, 1, 1, 2, 3), {
  minKeys: 1,
  maxKeys: 2,
})
/** Each of them rarely, as two rare wishes together leave next to nothing. */
const rarely = <T>(arbitrary: fc.Arbitrary<T>, otherwise: T) =>
  fc.oneof({ weight: 6, arbitrary: fc.constant(otherwise) }, { weight: 1, arbitrary })

const anyOf = <T>(values: readonly T[]) => fc.subarray([...values], { minLength: 1 })
const required = fc.array(fc.oneof(fc.constantFrom(...traits), anyOf(traits)), { minLength: 1, maxLength: 2 })
const members = fc.array(anyOf(racks), { minLength: 1, maxLength: 2 })

const groupOf = (suffix: string): fc.Arbitrary<ResourceGroup> =>
  fc
    .record({
      resources,
      isEmpty: fc.integer({ min: 0, max: 5 }).map((draw) => draw === 0),
      required: rarely<readonly (string | readonly string[])[]>(required, []),
      forbidden: rarely<readonly string[]>(anyOf(traits), []),
      memberOf: rarely<readonly (readonly string[])[]>(members, []),
      not: rarely<readonly string[]>(anyOf(racks), []),
      inTree: rarely<string | null>(fc.constantFrom('a', 'a0', 'b', 'b1', 'c', 'nowhere'), null),
    })
    .map((each) =>
      group(suffix, suffix !== '' && each.isEmpty ? {} : each.resources, {
        required: each.required,
        forbidden: each.forbidden,
        memberOf: each.memberOf.map((names) => aggregates(...names)),
        forbiddenAggregates: aggregates(...each.not),
        inTree: each.inTree === null ? null : id<ProviderId>(each.inTree),
      }),
    )

const kept = fc.constantFrom([0], [1], [0, 1], [1, 2], [0, 1, 2], [1, 2, 3])
const subtrees = fc.constantFrom(
  [],
  [],
  [['_a', '_b']],
  [['_a', '_b', '_c']],
  [
    ['_a', '_b'],
    ['_b', '_c'],
  ],
  [['_a']],
)

/** Up to four groups. */
export const forestRequests: fc.Arbitrary<ResourceRequest> = fc
  .record({
    groups: fc.tuple(groupOf(''), groupOf('_a'), groupOf('_b'), groupOf('_c')),
    kept,
    groupPolicy: fc.constantFrom('none', 'isolate', null),
    sameSubtree: subtrees,
    rootRequired: rarely<readonly string[]>(anyOf(traits), []),
    rootForbidden: rarely<readonly string[]>(anyOf(traits), []),
  })
  .map(({ groups, kept, ...rest }) =>
    request(
      groups.filter((_, index) => (kept as readonly number[]).includes(index)),
      rest,
    ),
  )

const device = fc.record({
  total: fc.integer({ min: 1, max: 3 }),
  traits: fc.subarray(traits),
  slots: fc.integer({ min: 0, max: 2 }),
  up: fc.nat(),
})

/** One tree of a root and devices, some of them below others, some of them alike. */
export const devices: fc.Arbitrary<readonly TreeProvider[]> = fc
  .array(device, { minLength: 3, maxLength: 5 })
  .map((list) => [
    named('a', 'a', null, { inventories: {}, traits: [], aggregates: [], shares: false }),
    ...list.map(({ total, slots, traits: own, up }, index) =>
      named(`a${index}`, 'a', up % 3 === 0 && index > 0 ? 'a0' : 'a', {
        inventories: slots === 0 ? { VF: inventory(total) } : { VF: inventory(total), DISK_GB: inventory(slots) },
        traits: own,
        aggregates: [],
        shares: false,
      }),
    ),
  ])

const wish = fc.record({
  amount: fc.constantFrom(1, 1, 2),
  disk: fc.constantFrom(0, 0, 1),
  required: rarely<readonly string[]>(anyOf(traits), []),
})

/** Three to five groups that want nearly all that there is. */
export const tightRequests: fc.Arbitrary<ResourceRequest> = fc
  .tuple(
    fc.array(wish, { minLength: 3, maxLength: 5 }),
    fc.constantFrom('none', 'none', 'isolate'),
    fc.constantFrom([], [], [['_0', '_1']], [['_0', '_1', '_2']]),
  )
  .map(([wishes, groupPolicy, sameSubtree]) => {
    const groups = wishes.map(({ amount, disk, required }, index) =>
      group(`_${index}`, disk === 0 ? { VF: amount } : { VF: amount, DISK_GB: disk }, { required }),
    )
    return request(groups, { groupPolicy, sameSubtree })
  })
