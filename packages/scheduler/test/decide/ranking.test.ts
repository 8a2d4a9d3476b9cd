import type { RankedHost, RequestSpec, Snapshot } from '@novakit/core'
import {
  buildFailureWeigher,
  cpuWeigher,
  explain,
  definePolicy,
  ramWeigher,
  type PolicyOptions,
  type Weigher,
} from '@novakit/scheduler'
import { aggregate, host, request, snapshot } from '@novakit/scheduler/testing'
import { describe, expect, it } from 'vitest'

function ranked(
  weighers: NonNullable<PolicyOptions['weighers']>,
  world: Snapshot,
  asked: RequestSpec = request(),
  rest: PolicyOptions = {},
): readonly RankedHost[] {
  const policy = definePolicy({ filters: [], weighers, tieBreak: 'name', ...rest })
  return explain(policy, world, asked, 'seed').ranking
}

const weights = (ranking: readonly RankedHost[]) => ranking.map(({ host: name, weight }) => [name, weight])
const three = snapshot([
  host('a', { memory: 8192, used: { memory: 2048 } }),
  host('b', { memory: 8192 }),
  host('c', { memory: 8192, used: { memory: 4096 } }),
])
const byIo = (...operations: number[]) =>
  snapshot(operations.map((ioOps, at) => host(String.fromCharCode(97 + at), { stats: { ioOps } })))

/** A weigher that looks a host's score up in its I/O operations. */
const plain: Weigher = { name: 'Plain', multiplier: 1, score: (each) => each.stats.ioOps }

describe('A ranking on fixed scales', () => {
  const fixed = { normalisation: 'fixed' } as const

  it('brings a score to a share by the scale of its weigher, whatever the other hosts have', () => {
    const quarter = 2 ** 18
    const world = (...memory: number[]) => snapshot(memory.map((each, at) => host(`h${at}`, { memory: each })))
    expect(weights(ranked([ramWeigher], world(quarter, 2 * quarter), request(), fixed))).toEqual([
      ['h1', 0.5],
      ['h0', 0.25],
    ])
    expect(weights(ranked([ramWeigher], world(quarter, 8 * quarter), request(), fixed))).toEqual([
      ['h1', 2],
      ['h0', 0.25],
    ])
  })

  it('takes the scale that the policy gives a weigher', () => {
    const weigher = { weigher: 'RAMWeigher', scale: [4096, 8192] } as const
    expect(weights(ranked([weigher], three, request(), fixed))).toEqual([
      ['b', 1],
      ['a', 0.5],
      ['c', 0],
    ])
  })

  it('counts a score of one where a weigher has neither a scale nor ends', () => {
    expect(weights(ranked([plain], byIo(3, 1), request(), fixed))).toEqual([
      ['a', 3],
      ['b', 1],
    ])
  })
})

describe('A ranking', () => {
  it('brings scores to 0…1 between 0 and the greatest where the weigher begins at 0', () => {
    expect(weights(ranked([ramWeigher], three))).toEqual([
      ['b', 1],
      ['a', 0.75],
      ['c', 0.5],
    ])
  })

  it('brings scores to 0…1 between the extremes where the weigher has no ends', () => {
    expect(weights(ranked([plain], byIo(2, 4, 3)))).toEqual([
      ['b', 1],
      ['c', 0.5],
      ['a', 0],
    ])
  })

  it('takes scores beyond a weigher’s ends for the ends', () => {
    expect(weights(ranked([{ ...plain, min: 2, max: 4 }], byIo(0, 9, 3)))).toEqual([
      ['b', 1],
      ['c', 0.5],
      ['a', 0],
    ])
    const overcommitted = host('z', { memory: 1024, used: { memory: 1025 }, ratios: { memory: 9 } })
    const [, last] = ranked([ramWeigher], snapshot([overcommitted, host('y')]))
    expect(last?.scores['RAMWeigher']).toEqual({ raw: 0, normalised: 0, weighted: 0 })
  })

  it('gives all 0 where all scores are equal', () => {
    expect(weights(ranked([plain], byIo(5, 5)))).toEqual([
      ['a', 0],
      ['b', 0],
    ])
  })

  it('weighs nothing where one host is left', () => {
    expect(ranked([ramWeigher], snapshot([host('a')]))).toEqual([{ host: 'a', node: 'a', weight: 0, scores: {} }])
  })

  it('adds up what the weighers say, each by its multiplier, and shows each part', () => {
    const [best] = ranked([{ weigher: ramWeigher, multiplier: -2 }, cpuWeigher], three)
    expect(best).toEqual({
      host: 'c',
      node: 'c',
      weight: 0,
      scores: {
        RAMWeigher: { raw: 4096, normalised: 0.5, weighted: -1 },
        CPUWeigher: { raw: 16, normalised: 1, weighted: 1 },
      },
    })
  })

  it('turns the sign of a negated weigher', () => {
    const world = snapshot([host('a', { stats: { failedBuilds: 1 } }), host('b')])
    expect(weights(ranked([buildFailureWeigher], world))).toEqual([
      ['b', 0],
      ['a', -1_000_000],
    ])
  })

  it('lets an aggregate override the multiplier, the least of several', () => {
    const aggregates = [
      aggregate('one', { metadata: { ram_weight_multiplier: '3.5' } }),
      aggregate('two', { metadata: { ram_weight_multiplier: '2' } }),
      aggregate('odd', { metadata: { ram_weight_multiplier: 'heavy' } }),
      aggregate('absurd', { metadata: { ram_weight_multiplier: '1e300' } }),
      aggregate('endless', { metadata: { ram_weight_multiplier: 'inf' } }),
    ]
    const sets = [['one'], ['one', 'two'], ['odd'], [], ['absurd'], ['endless']]
    const hosts = sets.map((ids, at) => host(String.fromCharCode(97 + at), { aggregates: ids }))
    expect(weights(ranked([ramWeigher], snapshot(hosts, { aggregates })))).toEqual([
      ['a', 3.5],
      ['b', 2],
      ['c', 1],
      ['d', 1],
      ['e', 1],
      ['f', 1],
    ])
  })

  it('negates what an aggregate says of a negated weigher', () => {
    const aggregates = [aggregate('x', { metadata: { build_failure_weight_multiplier: '5' } })]
    const world = snapshot([host('a', { aggregates: ['x'], stats: { failedBuilds: 2 } }), host('b')], { aggregates })
    expect(weights(ranked([buildFailureWeigher], world))[1]).toEqual(['a', -5])
  })

  it('lets an aggregate switch on what is off', () => {
    const aggregates = [aggregate('x', { metadata: { num_instances_weight_multiplier: '-1' } })]
    const world = snapshot([host('a', { aggregates: ['x'], servers: ['s'] }), host('b')], { aggregates })
    expect(weights(ranked(['NumInstancesWeigher'], world))).toEqual([
      ['b', 0],
      ['a', -1],
    ])
  })

  it('shows as many hosts as it is asked for', () => {
    expect(ranked([ramWeigher], three, request(), { rankingSize: 2 }).map((each) => each.host)).toEqual(['b', 'a'])
  })
})

describe('A weigher that fails', () => {
  const failing: readonly (readonly [string, Weigher['score']])[] = [
    ['with NaN', (each) => (each.host === 'b' ? Number.NaN : 1)],
    ['with Infinity', (each) => (each.host === 'b' ? Number.NEGATIVE_INFINITY : 1)],
    ['with no number', (each) => (each.host === 'b' ? ('9' as never) : 1)],
    [
      'by throwing',
      (each) => {
        if (each.host === 'b') throw new Error('out of order')
        return 1
      },
    ],
  ]

  it.each(failing)('%s is left out for all hosts, and reported', (_, score) => {
    const policy = definePolicy({ filters: [], weighers: [{ name: 'Broken', multiplier: 99, score }, ramWeigher] })
    const { ranking, stages } = explain(policy, three, request(), 'seed')
    expect(weights(ranking)).toEqual(weights(ranked([ramWeigher], three)))
    expect(ranking[0]?.scores).not.toHaveProperty('Broken')
    const report = { name: 'Broken', before: 3, after: 3, refused: { 'weigher.failed': 1 }, closest: null }
    expect(stages).toContainEqual(report)
  })

  it('counts as failed if its scores are too far apart to be compared', () => {
    const far: Weigher = { ...plain, name: 'Far', score: (each) => (each.host === 'a' ? -1.7e308 : 1.7e308) }
    expect(weights(ranked([far, ramWeigher], three))).toEqual(weights(ranked([ramWeigher], three)))
  })

  it('at saying whether it takes part takes part', () => {
    const unsure: Weigher = {
      ...plain,
      applies: () => {
        throw new Error('unsure')
      },
    }
    expect(weights(ranked([unsure], byIo(1, 2)))[0]).toEqual(['b', 1])
  })
})
