import { beforeAll, describe, expect, it } from 'vitest'
import {
  arrange,
  compaction,
  compare,
  contextOf,
  figureTables,
  jsonReport,
  loadWorkload,
  pageReport,
  policyOf,
  replay,
  textReport,
  type Comparison,
  type Workload,
} from '@novakit/lab'
import { lowerBounds, roomsOf } from '../src/measures/lower-bounds.ts'
import { makeHost } from '../src/workload/make-host.ts'
import { openShapes } from '../src/workload/shapes.ts'
import { openDepartures } from '../src/replay/departures.ts'
import { ownWorkload } from './files.ts'

let workload: Workload
let comparison: Comparison

beforeAll(async () => {
  const demo = await loadWorkload(ownWorkload('demo'))
  const requests = 'generate' in demo.config.requests ? demo.config.requests : null
  if (requests === null) throw new Error('the demo is generated')
  const fewer = { generate: { ...requests.generate, count: 600, lifetime: 30_000 } }
  workload = {
    ...demo,
    hosts: demo.hosts.slice(0, 20),
    config: { ...demo.config, requests: fewer, policies: ['worst-fit', 'best-fit', 'fgd', 'nova:pack'] },
  }
  comparison = await compare(workload, { seeds: 3, compact: false })
}, 120_000)

/** Hosts of 10 processors, and servers that ask for these. */
function hand(hosts: number, sizes: readonly number[], stays: readonly (number | null)[] = []) {
  const shapes = openShapes()
  return {
    hosts: Array.from({ length: hosts }, (_, at) => makeHost(`h${at}`, { VCPU: 10 }, [])),
    jobs: sizes.map((size, at) => {
      const stay = stays[at] ?? null
      return {
        name: `s${at}`,
        shape: shapes.of(null, { VCPU: size }, []),
        arrives: at,
        departs: stay === null ? null : at + stay,
      }
    }),
  }
}
const context = { focus: 'VCPU', scale: { VCPU: 10 }, onDevices: false, typical: [] }
const run = (arrangement: ReturnType<typeof hand>, policy: string) =>
  replay(arrangement, policyOf(policy, context), context, '1')

describe('a replay', () => {
  it('tells what a policy wastes', () => {
    const sizes = [5, 5, 10]
    expect(run(hand(2, sizes), 'best-fit').failures.count).toBe(0)
    const { failures, end } = run(hand(2, sizes), 'worst-fit')
    expect(failures).toMatchObject({ count: 1, share: 1 / 3, shareOfDemand: 0.5, placedBefore: 2, firstAt: 100 })
    expect(failures.byKind).toEqual({ 'no device': { arrived: 3, failed: 1 } })
    expect(end).toMatchObject({ allocated: 0.5, emptyHosts: 0, density: { VCPU: 0.5 }, bound: 1, failed: 1 })
  })

  it('gives back what leaves, before whoever comes at that moment', () => {
    expect(run(hand(1, [10, 10, 10], [1, 1, null]), 'first-fit').failures.count).toBe(0)
    expect(run(hand(1, [10, 10, 10], [2, 2, null]), 'first-fit').failures.count).toBe(1)
  })

  it('compares hosts in use with the fewest that could do', () => {
    expect(run(hand(4, [6, 6, 4, 4]), 'best-fit').hostsToBound).toMatchObject({ peak: 1 })
    expect(run(hand(4, [6, 6, 4, 4]), 'worst-fit').hostsToBound).toMatchObject({ peak: 2 })
  })

  it('is the same to the last digit under the same seed, and another under another', () => {
    const again = (seed: string) =>
      replay(arrange(workload, seed), policyOf('best-fit', contextOf(workload)), contextOf(workload), seed)
    expect(again('1')).toEqual(comparison.runs[1]?.[0])
    expect(again('9').samples).not.toEqual(comparison.runs[1]?.[0]?.samples)
  })

  it('measures each decision if it is given a clock', () => {
    let now = 0
    const arrangement = hand(1, [10, 10])
    const { latency } = replay(arrangement, policyOf('first-fit', context), context, '1', { now: () => (now += 2) })
    expect(latency?.placed).toMatchObject({ count: 1, p50: 2000, max: 2000 })
    expect(latency?.refused).toMatchObject({ count: 1, mean: 2000 })
  })
})

describe('measures', () => {
  it('bound the hosts from below by volume and by pairs', () => {
    const rooms = roomsOf(hand(10, []).hosts)
    const bound = (...sizes: readonly number[]) => lowerBounds(rooms, new Map(sizes.map((VCPU) => [{ VCPU }, 1])))
    expect(bound(6, 6, 6)).toEqual({ volume: 2, pairs: 3, hosts: 3 })
    expect(bound(5, 5, 5)).toEqual({ volume: 2, pairs: 2, hosts: 2 })
    expect(bound(7, 7, 4, 4)).toEqual({ volume: 3, pairs: 3, hosts: 3 })
    expect(bound()).toEqual({ volume: 0, pairs: 0, hosts: 0 })
  })

  it('find the fewest hosts that are enough', () => {
    const found = compaction(hand(8, [5, 5, 5, 5]), (less) => run(less as never, 'best-fit').failures.count)
    expect(found).toEqual({ hosts: 2, share: 0.25, failures: 0 })
  })

  it('let the earliest leave first', () => {
    const departures = openDepartures<string>()
    for (const [at, who] of [
      [3, 'c'],
      [1, 'a'],
      [2, 'b'],
      [1, 'a2'],
    ] as const)
      departures.add(at, who)
    expect([1, 1, 1, 9, 9, 9].map((until) => departures.next(until))).toEqual(['a', 'a2', null, 'b', 'c', null])
  })

  it('agree with one another', () => {
    for (const { samples, end, failures } of comparison.runs.flat()) {
      expect(samples.length).toBeGreaterThanOrEqual(100)
      for (const each of samples) {
        const causes = Object.values(each.causes ?? {}).reduce((sum, part) => sum + part, 0)
        expect(causes).toBeCloseTo(each.fragmented ?? Number.NaN, 9)
        expect(each.fragmented).toBeLessThanOrEqual(1 - each.allocated + 1e-9)
        expect(20 - each.emptyHosts).toBeGreaterThanOrEqual(each.bound)
      }
      expect(end.failed).toBe(failures.count)
    }
  })
})

describe('a report', () => {
  it('pairs policies by seed against the first', () => {
    const failed = figureTables(comparison).find(({ name }) => name === 'failed demand')
    expect(failed?.rows.map(({ policy }) => policy)).toEqual(['worst-fit', 'best-fit', 'fgd', 'nova:pack'])
    expect(failed?.rows[0]?.difference).toBeNull()
    expect(failed?.rows[1]?.difference?.count).toBe(3)
    expect(figureTables(comparison).some(({ name }) => name === 'decision p50')).toBe(false)
  })

  it('is a table that names every policy and figure', () => {
    const text = textReport(comparison)
    for (const word of [...comparison.policies, 'fragmented', '±', 'paired by seed']) expect(text).toContain(word)
  })

  it('is JSON with its date, and holds all of it', () => {
    const json = jsonReport(comparison, '2026-01-02T03:04:05.000Z')
    expect(JSON.parse(JSON.stringify(json))).toEqual(json)
    expect(json).toMatchObject({ format: 'novakit-lab/1', at: '2026-01-02T03:04:05.000Z', seeds: ['1', '2', '3'] })
  })

  it('is a page that stands by itself, well formed, with finite numbers only', () => {
    const page = pageReport({ ...comparison, about: 'Less than <b> & "more"' }, '2026-01-02T03:04:05.000Z')
    expect(page).toContain('Less than &lt;b&gt; &amp; &quot;more&quot;')
    expect(page).not.toMatch(/<script|https?:|url\(|NaN|Infinity|undefined/)
    expect(page).toContain('prefers-color-scheme:dark')
    expect(page.match(/<svg /g)?.length).toBeGreaterThanOrEqual(8)
    expect(openTags(page.replace(/<!doctype html>|<meta[^>]*>/g, ''))).toEqual([])
  })
})

/** What is opened and not closed, or closed and not opened. */
function openTags(html: string): readonly string[] {
  const open: string[] = []
  for (const [, slash, name = '', rest = ''] of html.matchAll(/<(\/?)([a-z][a-z0-9]*)((?:[^>"]|"[^"]*")*)>/gi)) {
    if (slash === '') {
      if (!rest.endsWith('/')) open.push(name)
    } else if (open.pop() !== name) return [`</${name}>`]
  }
  return open
}
