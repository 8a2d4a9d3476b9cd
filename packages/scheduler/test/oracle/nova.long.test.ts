import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { definePolicy, explain, hardwareRequestOf } from '@novakit/scheduler'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { asNova, novaWorlds, type NovaWorld } from './nova-worlds.ts'

const long = process.env['NOVAKIT_LONG'] === '1'
const worlds = Number(process.env['NOVA_WORLDS'] ?? 1500)
const seed = Number(process.env['NOVA_SEED'] ?? 26)

/** Those that 26.2.2 has and that need no settings. */
const filters = [
  'AggregateImagePropertiesIsolation',
  'AggregateInstanceExtraSpecsFilter',
  'AggregateIoOpsFilter',
  'AggregateMultiTenancyIsolation',
  'AggregateNumInstancesFilter',
  'AggregateTypeAffinityFilter',
  'AllHostsFilter',
  'AvailabilityZoneFilter',
  'ComputeCapabilitiesFilter',
  'ComputeFilter',
  'DifferentHostFilter',
  'ImagePropertiesFilter',
  'IoOpsFilter',
  'JsonFilter',
  'NUMATopologyFilter',
  'NumInstancesFilter',
  'PciPassthroughFilter',
  'SameHostFilter',
  'ServerGroupAffinityFilter',
  'ServerGroupAntiAffinityFilter',
]
const weighers = [
  'BuildFailureWeigher',
  'CPUWeigher',
  'DiskWeigher',
  'IoOpsWeigher',
  'PCIWeigher',
  'RAMWeigher',
  'ServerGroupSoftAffinityWeigher',
  'ServerGroupSoftAntiAffinityWeigher',
]

interface NovaAnswer {
  /** The name of the exception with which the API would have refused the request. */
  readonly conflict?: string
  readonly survivors: Readonly<Record<string, readonly string[]>>
  readonly weights: Readonly<Record<string, number>>
}

/** Python starts in seconds and needs Debian's package with all it stands on: `tools/servers/nova whole`. */
describe.runIf(long)("Nova's own filters and weighers, 26.2.2", () => {
  const sample: readonly NovaWorld[] = long ? fc.sample(novaWorlds, { numRuns: worlds, seed }) : []
  const answers = long ? askNova(sample) : []

  it('find what flavor and image contradict each other in where we do', () => {
    const both = sample.map((world, at) => [answers[at]?.conflict === undefined, hardwareRequestOf(world.request).ok])
    expect(both.filter(([theirs, ours]) => theirs !== ours)).toEqual([])
  })

  it.each(filters)('%s lets the same hosts pass', (filter) => {
    const different = sample.flatMap((world, at) => {
      const theirs = answers[at]?.survivors?.[filter]
      if (theirs === undefined) return []
      const ours = ranked(world, [filter], []).map(({ node }) => String(node))
      return same(ours, theirs) ? [] : [{ at, ours, theirs, world: asNova(world, [filter], []) }]
    })
    expect(different.slice(0, 2)).toEqual([])
  })

  it('weighs hosts alike, and so orders them alike up to ties', () => {
    let told = 0
    for (const [at, world] of sample.entries()) {
      const theirs = answers[at]?.weights
      if (theirs === undefined) continue
      for (const { node, weight } of ranked(world, [], weighers)) {
        const difference = Math.abs(weight - (theirs[node] ?? Number.NaN))
        expect(difference, `${node} of world ${at}: ${weight}, Nova ${theirs[node]}`).toBeLessThan(1e-6)
        told++
      }
    }
    expect(told).toBeGreaterThan(sample.length)
  })
})

function ranked({ snapshot, request }: NovaWorld, some: readonly string[], weighing: readonly string[]) {
  const policy = definePolicy({ filters: some, weighers: weighing, rankingSize: 100 })
  return explain(policy, snapshot, request, 'seed').ranking
}

function same(left: readonly string[], right: readonly string[]): boolean {
  return [...left].toSorted().join() === [...right].toSorted().join()
}

function askNova(sample: readonly NovaWorld[]): readonly NovaAnswer[] {
  const script = path.join(import.meta.dirname, 'nova-oracle.py')
  const input = sample.map((world) => asNova(world, filters, weighers)).join('\n')
  const ended = spawnSync('/usr/bin/python3', ['-W', 'ignore', script], { input, encoding: 'utf8', maxBuffer: 2 ** 28 })
  if (ended.status !== 0)
    throw new Error(`nova-oracle.py failed. Run as root: tools/servers/nova whole.\n${ended.stderr.slice(-2000)}`)
  return ended.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as NovaAnswer)
}
