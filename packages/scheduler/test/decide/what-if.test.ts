import { id, type PlacedServer, type ServerId } from '@novakit/core'
import {
  capacityFor,
  definePolicy,
  diagnose,
  drain,
  dryRun,
  filterScheduler,
  lineOf,
  logged,
  replay,
} from '@novakit/scheduler'
import { flavor, group, host, request, snapshot } from '@novakit/scheduler/testing'
import { describe, expect, it } from 'vitest'

const policy = definePolicy()
const world = snapshot([host('a', { vcpus: 4 }), host('b', { vcpus: 2, servers: { s1: {}, s2: {} } })])
const small = request({ flavor: flavor({ vcpus: 1 }) })

describe('a dry run', () => {
  it('takes what it chose from a copy, and shares what it left alone', () => {
    const before = structuredClone(world)
    const { decision, after } = dryRun(policy, world, request({ servers: ['new'] }), 'seed')
    const [choice] = decision.choices
    expect(after.hosts.find(({ host: name }) => name === choice?.chosen.host)?.servers.has(id('new'))).toBe(true)
    expect(after.hosts.filter((each, at) => each === world.hosts[at])).toHaveLength(1)
    expect(world).toEqual(before)
  })
})

describe('capacity', () => {
  it('counts how many more there is room for, and where', () => {
    const { count, byHost, atLeast } = capacityFor(policy, world, small, 'seed')
    expect([count, atLeast]).toEqual([6, false])
    expect(Object.fromEntries(byHost)).toEqual({ a: 4, b: 2 })
  })

  it('stops at the limit', () => {
    expect(capacityFor(policy, world, small, 'seed', 3)).toMatchObject({ count: 3, atLeast: true })
  })

  it('is none where nothing fits', () => {
    expect(capacityFor(policy, world, request({ flavor: flavor({ vcpus: 5 }) }), 'seed')).toMatchObject({ count: 0 })
  })
})

describe('a drain', () => {
  const requestFor = (server: ServerId, { flavor: name }: PlacedServer) =>
    request({ servers: [server], flavor: flavor({ name, vcpus: 3 }) })

  it('says where everything would go, one after the other', () => {
    const { moves, isComplete } = drain(policy, world, id('b'), requestFor, 'seed')
    expect(moves.map(({ server, decision }) => [server, decision.choices[0]?.chosen.host])).toEqual([
      ['s1', 'a'],
      ['s2', undefined],
    ])
    expect(isComplete).toBe(false)
  })

  it('of an empty host is done at once', () => {
    expect(drain(policy, world, id('a'), requestFor, 'seed')).toMatchObject({ moves: [], isComplete: true })
  })
})

describe('a log of decisions', () => {
  const record = () => {
    const lines: string[] = []
    const engine = logged(filterScheduler().engine?.() ?? expect.fail('no engine'), (line) => lines.push(line))
    engine.reset(world)
    const { choices } = engine.decide(request({ servers: 3 }), 'one')
    engine.hold('first', choices)
    engine.apply({ from: 1, to: 2, changes: [{ kind: 'host', host: host('c', { vcpus: 8 }) }] })
    engine.decide(request({ servers: 9, group: group('anti-affinity') }), 'two')
    engine.release('first')
    engine.decide(request({ servers: 20 }), 'three', { withoutHeld: true })
    return lines
  }

  it('is repeated bit by bit', () => {
    const engine = filterScheduler().engine?.() ?? expect.fail('no engine')
    expect(replay(engine, record())).toEqual({ decisions: 3, differences: [] })
  })

  it('tells what another policy would have done', () => {
    const engine = filterScheduler({ preset: 'pack' }).engine?.() ?? expect.fail('no engine')
    const { differences } = replay(engine, record())
    expect(differences[0]).toMatchObject({ line: 2, was: { kind: 'placed' }, is: { kind: 'placed' } })
  })

  it('keeps numbers that JSON has no words for', () => {
    const odd = snapshot([host('a', { stats: { metrics: { load: -0, far: Number.POSITIVE_INFINITY } } })])
    expect(lineOf({ kind: 'snapshot', snapshot: odd })).toContain('{"$number":"-0"}')
    const engine = filterScheduler().engine?.() ?? expect.fail('no engine')
    replay(engine, [lineOf({ kind: 'snapshot', snapshot: odd })])
    expect(engine.decide(small, 'seed').kind).toBe('placed')
  })
})

describe('a diagnosis', () => {
  it('says what is short, and what would do', () => {
    const found = diagnose(policy, world, request({ flavor: flavor({ vcpus: 6, disk: 2000 }) }), 'seed')
    expect(found.fitted).toBe(0)
    expect(found.short).toEqual([
      { resourceClass: 'DISK_GB', requested: 2000, hosts: 2, shortBy: 1000, closest: 'a' },
      { resourceClass: 'VCPU', requested: 6, hosts: 2, shortBy: 2, closest: 'a' },
    ])
    expect(found.remedy?.changes).toMatchObject([
      { host: 'a', kind: 'free', resourceClass: 'VCPU', amount: 2 },
      { host: 'a', kind: 'free', resourceClass: 'DISK_GB', amount: 1000 },
    ])
  })

  it('takes the host that needs the least', () => {
    const cluster = snapshot([
      host('a', { enabled: false, up: false }),
      host('b', { up: false }),
      host('c', { vcpus: 0, memory: 1 }),
    ])
    expect(diagnose(policy, cluster, small, 'seed').remedy?.changes).toMatchObject([{ kind: 'up', host: 'b' }])
  })

  it('says what a filter would have to overlook', () => {
    const cluster = snapshot([host('a', { servers: ['m1'] })])
    const asked = request({ servers: ['m2'], group: group('anti-affinity', { members: ['m1'], hosts: ['a'] }) })
    expect(diagnose(policy, cluster, asked, 'seed').remedy?.changes).toMatchObject([
      { kind: 'exempt', filter: 'ServerGroupAntiAffinityFilter', host: 'a' },
    ])
  })

  it('goes on after those that fit', () => {
    const found = diagnose(policy, world, request({ servers: 7 }), 'seed')
    expect(found.fitted).toBe(6)
    expect(found.remedy?.changes).toMatchObject([{ kind: 'free', resourceClass: 'VCPU', amount: 1 }])
  })

  it('is of nothing in a cloud without hosts, and asks nothing of one with room', () => {
    expect(diagnose(policy, snapshot([]), small, 'seed').remedy).toBeNull()
    expect(diagnose(policy, world, small, 'seed').remedy).toEqual({ changes: [] })
  })
})
