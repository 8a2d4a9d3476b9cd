import type { ResourceRequest } from '@novakit/core'
import { candidatesOf } from '@novakit/placement/candidates'
import { host, provider, request } from '@novakit/scheduler/testing'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { deviceRoom } from '../../src/decide/device-room.ts'

const traits = ['CUSTOM_A', 'CUSTOM_B']
const inventory = fc.record({
  total: fc.integer({ min: 0, max: 4 }),
  used: fc.integer({ min: 0, max: 3 }),
  minUnit: fc.integer({ min: 1, max: 2 }),
  stepSize: fc.constantFrom(1, 1, 2),
})
const device = fc.record({
  traits: fc.subarray(traits),
  inventories: fc.record(
    { CUSTOM_GPU: inventory, CUSTOM_LINK: inventory, VCPU: inventory },
    { requiredKeys: ['CUSTOM_GPU'], noNullPrototype: true },
  ),
  // Most devices have none of what the root gives.
  isPlain: fc.integer({ min: 0, max: 9 }).map((draw) => draw > 0),
})

const hosts = fc
  .record({
    devices: fc.array(device, { maxLength: 4 }),
    memory: fc.integer({ min: 1, max: 8 }),
    gpus: fc.constantFrom(0, 0, 0, 1),
  })
  .map(({ devices, memory, gpus }) =>
    host('a', {
      memory,
      ...(gpus === 0 ? {} : { inventories: { CUSTOM_GPU: { total: gpus } } }),
      children: devices.map(({ inventories: { VCPU, ...own }, isPlain, ...rest }, at) =>
        provider(`gpu${at}`, {
          ...rest,
          parent: 'a',
          inventories: isPlain || VCPU === undefined ? own : { ...own, VCPU },
        }),
      ),
    }),
  )

const none = { forbidden: [], memberOf: [], forbiddenAggregates: [], inTree: null }
const asks = fc
  .record({
    root: fc.option(fc.record({ VCPU: fc.integer({ min: 0, max: 3 }), MEMORY_MB: fc.integer({ min: 0, max: 6 }) })),
    count: fc.integer({ min: 0, max: 3 }),
    gpu: fc.integer({ min: 1, max: 3 }),
    link: fc.constantFrom(0, 0, 1),
    required: fc.subarray([traits, ['CUSTOM_B']] as const),
    policy: fc.constantFrom('isolate', 'isolate', 'none', null),
  })
  .map(({ root, count, gpu, link, required, policy }): ResourceRequest => ({
    groups: [
      ...(root === null ? [] : [{ suffix: '', resources: root, required: [], ...none }]),
      ...Array.from({ length: count }, (_, at) => ({
        suffix: `_${at}`,
        resources: { CUSTOM_GPU: gpu, CUSTOM_LINK: link },
        required,
        ...none,
      })),
    ],
    groupPolicy: policy,
    rootRequired: [],
    rootForbidden: [],
    sameSubtree: [],
  }))

it('answers as the search for candidates does, or not at all', () => {
  const answers = { true: 0, false: 0 }
  fc.assert(
    fc.property(hosts, asks, (subject, resources) => {
      const quick = deviceRoom(request({ resources }), true)(subject)
      if (quick === null) return
      answers[`${quick}`]++
      expect(quick).toBe(candidatesOf(subject, resources, [], 1).candidates.length > 0)
    }),
    { numRuns: 3000 },
  )
  expect(Math.min(answers.true, answers.false)).toBeGreaterThan(300)
})

it('leaves clouds with shared providers to the search', () => {
  expect(deviceRoom(request(), false)(host('a'))).toBeNull()
})
