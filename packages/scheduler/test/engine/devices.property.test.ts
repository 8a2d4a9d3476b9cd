import type { HostState } from '@novakit/core'
import { definePolicy, type PolicyOptions } from '@novakit/scheduler'
import { plainEngine, snapshot } from '@novakit/scheduler/testing'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { indexedEngine } from '../../src/engine/indexed-engine.ts'
import { GPU, gpuHost, gpuRequest } from '../device-orders/gpus.ts'

const used = fc.constantFrom(0, 0, 300, 500, 1000)
const hosts: fc.Arbitrary<readonly HostState[]> = fc
  .array(fc.record({ gpus: fc.array(used, { maxLength: 4 }), vcpus: fc.integer({ min: 1, max: 8 }) }), {
    minLength: 1,
    maxLength: 20,
    size: 'max',
  })
  .map((all) => all.map(({ gpus, vcpus }, at) => gpuHost(`h${at}`, gpus, { vcpus })))

const typical = [
  { share: 0.5, resources: { VCPU: 2 }, devices: { units: 500, count: 1 }, traits: [] },
  { share: 0.3, resources: { VCPU: 4 }, devices: { units: 1000, count: 2 }, traits: [] },
  { share: 0.2, resources: { VCPU: 1 }, devices: null, traits: [] },
]
const vector = { scale: { VCPU: 8, [GPU]: 4000 } }
const policies: fc.Arbitrary<PolicyOptions> = fc.record({
  preset: fc.constant('chance' as const),
  normalisation: fc.constantFrom('fixed', 'relative'),
  tieBreak: fc.constantFrom('first', 'random', 'name'),
  maxAttempts: fc.integer({ min: 1, max: 3 }),
  weighers: fc.constantFrom<NonNullable<PolicyOptions['weighers']>>(
    [{ weigher: 'BestFitWeigher', options: { ...vector, quantum: 1 } }],
    [{ weigher: 'DotProductWeigher', options: vector, multiplier: -1 }],
    [{ weigher: 'L2Weigher', options: vector }],
    [{ weigher: 'BalancedWeigher', options: { ...vector, quantum: 5 } }],
    [{ weigher: 'DevicePackingWeigher', options: { device: GPU } }],
    [{ weigher: 'ClusteringWeigher', options: { device: GPU, most: 4000 } }],
    [{ weigher: 'FragmentationWeigher', options: { device: GPU, typical, quantum: 1 } }],
  ),
  devices: fc.constantFrom<NonNullable<PolicyOptions['devices']>>(
    { order: 'fullest-first', options: { device: GPU } },
    { order: 'emptiest-first', options: { device: GPU } },
    { order: 'shuffled', options: { seed: 's' } },
    { order: 'least-fragmentation', options: { device: GPU, typical } },
  ),
})
const numRuns = Number(process.env['ENGINE_RUNS'] ?? 100)

const asks = fc.array(
  fc.record({
    vcpus: fc.integer({ min: 1, max: 4 }),
    units: fc.constantFrom(200, 500, 1000),
    count: fc.constantFrom(0, 1, 1, 2, 3),
    leaves: fc.option(fc.nat({ max: 5 })),
    withoutReasons: fc.boolean(),
  }),
  { minLength: 1, maxLength: 20, size: 'max' },
)

it('decides on hosts with devices as a plain engine does, to the device', () => {
  let placed = 0
  fc.assert(
    fc.property(policies, hosts, asks, (options, all, requests) => {
      const policy = definePolicy(options)
      const plain = plainEngine(policy)
      const indexed = indexedEngine(policy)
      for (const engine of [plain, indexed]) engine.reset(snapshot(all))
      for (const [at, { vcpus, units, count, leaves, withoutReasons }] of requests.entries()) {
        const request = gpuRequest(vcpus, units, count, { servers: [`s${at}`] })
        const right = plain.decide(request, `${at}`)
        const found = indexed.decide(request, `${at}`, { withoutReasons })
        if (right.kind === 'refused' && withoutReasons) expect(found).toMatchObject({ kind: 'refused', choices: [] })
        else expect(found).toEqual(right)
        placed += right.choices.length
        for (const engine of [plain, indexed]) {
          engine.hold(`${at}`, right.choices)
          if (leaves !== null) engine.release(`${leaves}`)
        }
      }
    }),
    { numRuns },
  )
  expect(placed).toBeGreaterThan(numRuns)
}, 120_000)
