import { id, type ProviderId } from '@novakit/core'
import {
  findCandidates,
  providerIndex,
  shortageSlices,
  type ShortageReport,
  type TreeProvider,
} from '@novakit/placement/candidates'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { flat, group, inventory, provider, request, vm, type ProviderParts } from './build.ts'
import { forestRequests, forests } from './forest.ts'

function indexOf(world: readonly TreeProvider[]) {
  const index = providerIndex()
  index.apply(world.map((each) => ({ kind: 'put', provider: each })))
  return index
}

const root = (name: string, parts: ProviderParts): TreeProvider => ({
  ...provider(name, parts),
  root: id<ProviderId>(name),
})

function reportOf(...[index, asked]: Parameters<typeof shortageSlices>): ShortageReport {
  const work = shortageSlices(index, asked)
  for (let step = work.next(); ; step = work.next()) if (step.done === true) return step.value
}

test('a report counts what turns each tree away, and names those that come closest', () => {
  const index = indexOf([
    root('full', { inventories: { ...flat, VCPU: inventory(8, 8) } }),
    root('nearly', { inventories: { ...flat, VCPU: inventory(8, 7) } }),
    root('no-disk', { inventories: { VCPU: inventory(8), MEMORY_MB: inventory(4096) } }),
    root('slow', { inventories: flat, traits: ['CUSTOM_SLOW'] }),
  ])
  const asked = { resources: request([vm], { rootForbidden: ['CUSTOM_SLOW'] }), nested: true }
  const { trees, codes, closest } = reportOf(index, asked)
  expect(trees).toBe(4)
  expect(codes).toEqual(
    new Map([
      ['placement.capacity', 2],
      ['placement.no_inventory', 1],
      ['placement.root_traits', 1],
    ]),
  )
  expect(closest.map((each) => each.root)).toEqual(['nearly', 'full', 'no-disk', 'slow'])
  expect(closest[0]?.shortage.classes).toMatchObject([{ resourceClass: 'VCPU', shortBy: 1, provider: 'nearly' }])
})

test('a report says of a tree that serves the request that it is there, and nothing more', () => {
  const index = indexOf([root('one', { inventories: flat }), root('two', { inventories: {} })])
  const report = reportOf(index, { resources: request([vm]), nested: true })
  expect(report).toMatchObject({ trees: 2, codes: new Map([['placement.no_inventory', 1]]) })
  expect(report.closest.map((each) => each.root)).toEqual(['two'])
})

test('groups that fit one by one and not together are a shortage of their own', () => {
  const index = indexOf([root('one', { inventories: { VF: inventory(1) } })])
  const pair = request([group('_a', { VF: 1 }), group('_b', { VF: 1 })], { groupPolicy: 'none' })
  expect(reportOf(index, { resources: pair, nested: true }).closest[0]?.shortage.code).toBe('placement.combination')
})

test('every tree is short of something exactly where there are no candidates', () => {
  fc.assert(
    fc.property(forests, forestRequests, fc.boolean(), (world, resources, nested) => {
      const index = indexOf(world)
      const { candidates } = findCandidates(index, { resources, limit: 1, seed: '', nested })
      const { trees, codes } = reportOf(index, { resources, nested })
      const short = [...codes.values()].reduce((sum, count) => sum + count, 0)
      expect(short === trees).toBe(candidates.length === 0)
    }),
    { numRuns: 1000 },
  )
})
