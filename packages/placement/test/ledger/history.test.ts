import { placementNames, playPlacementHistory, type ModelClaim, type PlacementCommand } from '@novakit/core/testing'
import fc from 'fast-check'
import { test } from 'vitest'
import { openLedger } from './open.ts'

const { hosts, classes, consumers, counters, pins, values } = placementNames

const amounts = (most: number) =>
  fc.dictionary(fc.constantFrom(...classes), fc.integer({ min: 1, max: most }), { minKeys: 1 })
const held: fc.Arbitrary<Omit<ModelClaim, 'consumer'>> = fc.record({
  operation: fc.constantFrom('o0', 'o1'),
  taking: fc.dictionary(fc.constantFrom(...hosts), amounts(4), { maxKeys: 2 }),
  counters: fc.dictionary(
    fc.constantFrom(...counters),
    fc.record({ by: fc.integer({ min: 1, max: 2 }), max: fc.integer({ min: 0, max: 4 }) }),
    { maxKeys: 1 },
  ),
  pins: fc.dictionary(fc.constantFrom(...pins), fc.constantFrom(...values)),
})
const claims = fc
  .uniqueArray(fc.tuple(fc.constantFrom(...consumers), held), { selector: ([consumer]) => consumer, maxLength: 3 })
  .map((list) => list.map(([consumer, rest]) => ({ consumer, ...rest })))
const commands: fc.Arbitrary<PlacementCommand> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('claim' as const), claims }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('release' as const), consumers: fc.subarray([...consumers]) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('declare' as const),
      host: fc.constantFrom(...hosts),
      totals: amounts(8),
    }),
  },
)
const start = hosts.map((host): PlacementCommand => ({ kind: 'declare', host, totals: { VCPU: 6, DISK_GB: 6 } }))

test('every history ends as a model of a few lines says', { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(commands, { maxLength: 12 }), async (history) => {
      const opened = await openLedger()
      try {
        await playPlacementHistory(opened, [...start, ...history])
      } finally {
        await opened.close()
      }
    }),
    { numRuns: 60 },
  )
})
