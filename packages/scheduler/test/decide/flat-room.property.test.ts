import { candidatesOf } from '@novakit/placement/candidates'
import { host, provider, request, type RequestOptions } from '@novakit/scheduler/testing'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { flatRoom } from '../../src/decide/flat-room.ts'

const number = fc.integer({ min: 0, max: 6 })
const traits = ['CUSTOM_A', 'CUSTOM_B', 'CUSTOM_C']
const aggregates = ['x', 'y']

const inventory = fc.record({
  total: number,
  reserved: fc.integer({ min: 0, max: 1 }),
  used: fc.integer({ min: 0, max: 4 }),
  allocationRatio: fc.constantFrom(0.5, 1, 1.5, 4),
  minUnit: fc.integer({ min: 1, max: 2 }),
  maxUnit: fc.integer({ min: 1, max: 6 }),
  stepSize: fc.constantFrom(1, 1, 2),
})

const hosts = fc
  .record({
    inventories: fc.record({ VCPU: inventory, MEMORY_MB: inventory, CUSTOM_X: inventory }, { requiredKeys: ['VCPU'] }),
    traits: fc.subarray(traits),
    aggregates: fc.subarray(aggregates),
  })
  .map((options) => host('a', options))

const group = fc.record({
  suffix: fc.constant(''),
  resources: fc.dictionary(fc.constantFrom('VCPU', 'MEMORY_MB', 'CUSTOM_X'), number),
  required: fc.array(fc.oneof(fc.constantFrom(...traits), fc.subarray(traits, { minLength: 1 })), { maxLength: 2 }),
  forbidden: fc.subarray(traits, { maxLength: 1 }),
  memberOf: fc.array(fc.subarray(aggregates, { minLength: 1 }), { maxLength: 2 }),
  forbiddenAggregates: fc.subarray(aggregates, { maxLength: 1 }),
  inTree: fc.constantFrom(null, null, 'a', 'b'),
})

const resources = fc.record({
  groups: fc.oneof(
    { weight: 4, arbitrary: fc.tuple(group) },
    {
      weight: 1,
      arbitrary: fc.tuple(
        group,
        group.map((each) => ({ ...each, suffix: '1' })),
      ),
    },
  ),
  groupPolicy: fc.constantFrom(null, 'none'),
  rootRequired: fc.subarray(traits, { maxLength: 1 }),
  rootForbidden: fc.subarray(traits, { maxLength: 1 }),
  sameSubtree: fc.constant([]),
}) as unknown as fc.Arbitrary<NonNullable<RequestOptions['resources']>>

it('answers as the search for candidates does, or not at all', () => {
  let answered = 0
  fc.assert(
    fc.property(hosts, resources, (subject, asked) => {
      const quick = flatRoom(request({ resources: asked }), true)(subject)
      if (quick === null) return
      answered++
      expect(quick).toBe(candidatesOf(subject, asked, [], 1).candidates.length > 0)
    }),
    { numRuns: 5000 },
  )
  expect(answered).toBeGreaterThan(1000)
})

it('leaves hosts with child providers, and clouds with shared ones, to the search', () => {
  const child = provider('child', { parent: 'a' })
  expect(flatRoom(request(), true)(host('a', { children: [child] }))).toBeNull()
  expect(flatRoom(request(), false)(host('a'))).toBeNull()
})
