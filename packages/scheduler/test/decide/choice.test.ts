import { yes, no, type HostState } from '@novakit/core'
import { decide, definePolicy, type Filter, type PolicyOptions } from '@novakit/scheduler'
import { expectPolicy, host, request, snapshot } from '@novakit/scheduler/testing'
import { describe, expect, it } from 'vitest'

const seeds = Array.from({ length: 400 }, (_, at) => `seed-${at}`)

/** Host → how many of the seeds chose it. */
function spread(options: PolicyOptions, hosts: readonly HostState[]): Readonly<Record<string, number>> {
  const policy = definePolicy({ filters: [], weighers: ['RAMWeigher'], ...options })
  const counts: Record<string, number> = {}
  for (const seed of seeds) {
    const name = decide(policy, snapshot(hosts), request(), seed).choices[0]?.chosen.host ?? 'none'
    counts[name] = (counts[name] ?? 0) + 1
  }
  return counts
}

const equals = ['b', 'a', 'c', 'd'].map((name) => host(name))
const worse = host('worse', { memory: 32_768 })

describe('Of equally heavy hosts', () => {
  it('each is chosen about equally often', () => {
    const counts = spread({}, [...equals, worse])
    expect(Object.keys(counts).toSorted()).toEqual(['a', 'b', 'c', 'd'])
    for (const count of Object.values(counts)) expect(count).toBeGreaterThan(60)
  })

  it('the first in the snapshot is chosen if the policy says so', () => {
    expect(spread({ tieBreak: 'first' }, [worse, ...equals])).toEqual({ b: 400 })
  })

  it('the first by name is chosen if the policy says so', () => {
    expect(spread({ tieBreak: 'name' }, [worse, ...equals])).toEqual({ a: 400 })
  })

  it('nodes of one host are told apart by the node’s name', () => {
    const nodes = [host('a', { node: 'n2' }), host('a', { node: 'n1' })]
    const policy = definePolicy({ filters: [], weighers: [], tieBreak: 'name' })
    expect(decide(policy, snapshot(nodes), request(), 's').choices[0]?.chosen.node).toBe('n1')
  })

  it('the best are shuffled where Nova’s option says so, and only they', () => {
    const counts = spread({ tieBreak: 'first', shuffleBest: true }, [...equals, worse])
    expect(Object.keys(counts).toSorted()).toEqual(['a', 'b', 'c', 'd'])
    const policy = { filters: [], weighers: ['RAMWeigher'], tieBreak: 'first', shuffleBest: true } as const
    const tail = [host('x', { memory: 1024 }), host('y', { memory: 1024 }), host('z', { memory: 1024 })]
    expectPolicy(policy, snapshot([host('best'), ...tail]))
      .toPlace(request())
      .on('best')
      .withAlternates('x', 'y')
  })
})

describe('A host subset', () => {
  it('draws among so many best, and among no others', () => {
    const hosts = [4, 3, 2, 1].map((gib) => host(`${gib}`, { memory: gib * 1024 }))
    const counts = spread({ hostSubsetSize: 3 }, hosts)
    expect(Object.keys(counts).toSorted()).toEqual(['2', '3', '4'])
    for (const count of Object.values(counts)) expect(count).toBeGreaterThan(90)
  })

  it('may be larger than the cloud', () => {
    expect(Object.keys(spread({ hostSubsetSize: 50 }, [host('a'), host('b', { memory: 1024 })]))).toHaveLength(2)
  })

  it('leaves the better hosts that were not drawn as alternates', () => {
    const hosts = [4, 3, 2].map((gib) => host(`${gib}`, { memory: gib * 1024 }))
    const policy = definePolicy({ filters: [], weighers: ['RAMWeigher'], hostSubsetSize: 3 })
    for (const seed of seeds.slice(0, 20)) {
      const [choice] = decide(policy, snapshot(hosts), request(), seed).choices
      const rest = ['4', '3', '2'].filter((name) => name !== choice?.chosen.host)
      expect(choice?.alternates.map((each) => each.host)).toEqual(rest)
    }
  })
})

describe('Alternates', () => {
  it('are as many as further builds may be tried', () => {
    const world = snapshot(equals)
    expectPolicy({ maxAttempts: 1 }, world).toPlace(request()).withAlternates()
    const policy = definePolicy({ maxAttempts: 9 })
    expect(decide(policy, world, request(), 's').choices[0]?.alternates).toHaveLength(3)
  })

  it('are asked about for each server on its own', () => {
    /** Odd servers go to odd hosts, even ones to even hosts. */
    const parity: Filter = {
      name: 'Parity',
      check: (each, _, { server }) =>
        Number(each.host.slice(1)) % 2 === Number(server.slice(1)) % 2
          ? yes
          : no({ code: 'test.parity', message: 'The host is of the other kind.' }),
    }
    const hosts = Array.from({ length: 8 }, (_, at) => host(`h${at}`))
    const { choices } = decide(definePolicy({ filters: [parity] }), snapshot(hosts), request({ servers: 2 }), 's')
    const kinds = choices.map(({ chosen, alternates }) =>
      [chosen, ...alternates].map((each) => Number(each.host.slice(1)) % 2),
    )
    expect(kinds).toEqual([
      [1, 1, 1],
      [0, 0, 0],
    ])
  })
})
