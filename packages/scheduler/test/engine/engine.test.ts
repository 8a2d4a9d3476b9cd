import { id, type Choice, type ProviderId } from '@novakit/core'
import { definePolicy } from '@novakit/scheduler'
import { flavor, group, host, plainEngine, request, snapshot } from '@novakit/scheduler/testing'
import { describe, expect, it } from 'vitest'
import { indexedEngine } from '../../src/engine/indexed-engine.ts'

const four = request({ flavor: flavor({ vcpus: 4 }) })

const choicesOn = (name: string, vcpus: number): readonly Choice[] => [
  {
    server: id('s1'),
    chosen: {
      provider: id(name),
      host: id(name),
      node: id(name),
      cell: id('cell1'),
      allocations: new Map([[id<ProviderId>(name), { VCPU: vcpus }]]),
      mappings: new Map(),
      weight: 0,
    },
    alternates: [],
  },
]

describe.each([
  ['an indexed engine', indexedEngine],
  ['a plain engine', plainEngine],
])('%s', (_, open) => {
  const opened = (...hosts: Parameters<typeof snapshot>[0]) => {
    const engine = open(definePolicy({ tieBreak: 'first' }))
    engine.reset(snapshot(hosts))
    return engine
  }

  it('counts what is held as used until it is released', () => {
    const engine = opened(host('a', { vcpus: 4 }))
    engine.hold('one', choicesOn('a', 1))
    expect(engine.decide(four, 'seed').kind).toBe('refused')
    engine.release('one')
    engine.release('one')
    expect(engine.decide(four, 'seed').kind).toBe('placed')
  })

  it('holds what a key was given last', () => {
    const engine = opened(host('a', { vcpus: 4 }))
    engine.hold('one', choicesOn('a', 4))
    engine.hold('one', [])
    expect(engine.decide(four, 'seed').kind).toBe('placed')
  })

  it('counts negative amounts as given back', () => {
    const engine = opened(host('a', { vcpus: 4, used: { vcpus: 1 } }))
    engine.hold('leaving', choicesOn('a', -1))
    expect(engine.decide(four, 'seed').kind).toBe('placed')
  })

  it('decides without what is held where it is asked to', () => {
    const engine = opened(host('a', { vcpus: 4 }))
    engine.hold('one', choicesOn('a', 1))
    expect(engine.decide(four, 'seed', { withoutHeld: true }).kind).toBe('placed')
  })

  it('goes on holding after a reset, and holds on hosts that come later', () => {
    const engine = opened()
    engine.hold('one', choicesOn('a', 1))
    engine.reset(snapshot([], { version: 7 }))
    engine.apply({ from: 7, to: 8, changes: [{ kind: 'host', host: host('a', { vcpus: 4 }) }] })
    expect(engine.version).toBe(8)
    expect(engine.decide(four, 'seed').kind).toBe('refused')
  })

  it('refuses a delta that does not follow what it knows', () => {
    const engine = opened(host('a'))
    expect(() => engine.apply({ from: 5, to: 6, changes: [] })).toThrow(RangeError)
    expect(engine.version).toBe(1)
  })

  it('lays the group and named servers of one request over the cluster for that decision alone', () => {
    const engine = opened(host('a'), host('b'))
    const apart = request({ group: group('anti-affinity') })
    const members = new Map([[id<Choice['server']>('m1'), id<ReturnType<typeof host>['host']>('a')]])
    const state = {
      id: apart.group?.id ?? id('group'),
      policy: 'anti-affinity' as const,
      level: null,
      maxServerPerHost: 1,
      members,
      partitions: new Map(),
    }
    expect(engine.decide(apart, 'seed', { group: state }).choices[0]?.chosen.host).toBe('b')
    expect(engine.decide(apart, 'seed').choices[0]?.chosen.host).toBe('a')
    const near = request({ hints: { sameHost: ['m1'] } })
    const placed = { project: id('p'), flavor: '', imageProperties: {}, group: null } as const
    const namedServers = new Map([[id('b'), new Map([[id('m1'), placed]])]]) as never
    expect(engine.decide(near, 'seed', { namedServers }).choices[0]?.chosen.host).toBe('b')
    expect(engine.decide(near, 'seed').kind).toBe('refused')
  })
})
