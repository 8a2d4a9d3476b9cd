import { no, yes } from '@novakit/core'
import { definePolicy, explain, filterScheduler, type Filter } from '@novakit/scheduler'
import { expectPolicy, flavor, frozen, host, provider, request, snapshot } from '@novakit/scheduler/testing'
import { describe, expect, it } from 'vitest'

const big = request({ flavor: flavor({ memory: 65_536 }) })

describe('An explanation', () => {
  it('counts at each stage who came, who fell and why', () => {
    const world = snapshot([
      host('a', { enabled: false }),
      host('b', { up: false }),
      host('c', { up: false }),
      host('d', { memory: 4096 }),
      host('e', { memory: 8192 }),
      host('f'),
    ])
    const { stages, ranking, hosts } = explain(definePolicy(), world, big, 'seed')
    expect(hosts).toBe(6)
    expect(stages).toEqual([
      { name: 'ComputeFilter', before: 6, after: 3, refused: { 'host.disabled': 1, 'host.down': 2 }, closest: null },
      {
        name: 'Placement',
        before: 3,
        after: 1,
        refused: { 'placement.capacity': 2 },
        closest: { host: 'e', node: 'e', reason: expect.objectContaining({ shortBy: 57_344 }) },
      },
    ])
    expect(ranking.map((each) => each.host)).toEqual(['f'])
  })

  it('leaves out filters that have nothing to say, and stages that nobody reached', () => {
    const { stages } = explain(definePolicy(), snapshot([host('a', { enabled: false })]), request(), 'seed')
    expect(stages.map((each) => each.name)).toEqual(['ComputeFilter'])
  })

  it('names the host that misses the least part of what was asked, whatever the unit', () => {
    const world = snapshot([
      host('far', { memory: 60_000, vcpus: 1 }),
      host('near', { memory: 50_000 }),
      host('full', { memory: 100 }),
    ])
    const asked = request({ flavor: flavor({ memory: 65_536, vcpus: 4 }) })
    const { stages } = explain(definePolicy(), world, asked, 'seed')
    expect(stages.at(-1)?.closest?.host).toBe('near')
  })

  it('tells of the narrowing that comes before any filter', () => {
    const world = snapshot([
      host('a', { reachable: false }),
      host('b', { cell: 'cell2' }),
      host('c'),
      host('d', { node: 'd1' }),
      host('d', { node: 'd2' }),
    ])
    const asked = request({ to: { cell: 'cell1', requestedHost: 'd', requestedNode: 'd2', ignoredHosts: ['D'] } })
    const [stage] = explain(definePolicy(), world, asked, 'seed').stages
    expect(stage).toEqual({
      name: 'Destination',
      before: 5,
      after: 0,
      refused: { 'cell.unavailable': 1, 'cell.other': 1, 'host.not_requested': 2, 'host.ignored': 1 },
      closest: null,
    })
  })

  it('is of the moment when a later server found no place', () => {
    const decision = filterScheduler().decide(snapshot([host('a', { vcpus: 2 })]), request({ servers: 3 }), 's')
    expect(decision).toMatchObject({ kind: 'refused', fitted: 2 })
    const last = decision.kind === 'refused' ? decision.explanation.stages.at(-1) : null
    expect(last?.closest).toMatchObject({ host: 'a', reason: { shortBy: 1 } })
  })

  it('explains requests without a server', () => {
    expect(explain(definePolicy(), snapshot([host('a')]), request({ servers: 0 }), 's').ranking).toHaveLength(1)
    expectPolicy({}, snapshot([]))
      .toPlace(request({ servers: 0 }))
      .onEach()
  })
})

describe('The sentence for the tenant', () => {
  const summary = (hosts: Parameters<typeof snapshot>[0], asked = request()): string =>
    explain(definePolicy(), snapshot(hosts), asked, 'seed').summary

  it('names the resource that is short, and what was asked for', () => {
    expect(summary([host('secret', { memory: 4096 })], big)).toBe('No host has enough MEMORY_MB: 65536 asked for.')
  })

  it('says so if other rules had left few hosts', () => {
    expect(summary([host('secret', { memory: 4096 }), host('off', { enabled: false })], big)).toBe(
      'Of the hosts that the rest of the request leaves, none has enough MEMORY_MB: 65536 asked for.',
    )
  })

  it('names the commonest shortage', () => {
    const hosts = [host('a', { vcpus: 1 }), host('b', { vcpus: 1 }), host('c', { memory: 1 })]
    expect(summary(hosts, request({ flavor: flavor({ vcpus: 4, memory: 4096 }) }))).toBe(
      'No host has enough VCPU: 4 asked for.',
    )
  })

  it('names a resource that no host has', () => {
    const asked = request({ flavor: flavor({ extraSpecs: { 'resources:CUSTOM_GPU': '1' } }) })
    expect(summary([host('a')], asked)).toBe('No host has CUSTOM_GPU: 1 asked for.')
  })

  it('names traits that no host has', () => {
    const asked = request({ flavor: flavor({ extraSpecs: { 'trait:CUSTOM_SSD': 'required' } }) })
    expect(summary([host('a')], asked)).toBe('No host meets the traits asked for: CUSTOM_SSD.')
  })

  it('repeats what a filter says', () => {
    expect(summary([host('a', { enabled: false })])).toBe(
      'No host passes ComputeFilter: The host takes no new servers.',
    )
  })

  it('is short whatever a filter says', () => {
    const talkative: Filter = { name: 'Talkative', check: () => no({ code: 'test.no', message: 'No. '.repeat(1000) }) }
    const policy = definePolicy({ filters: [talkative] })
    expect(explain(policy, snapshot([host('a')]), request(), 's').summary.length).toBeLessThan(400)
  })

  it('has a word for an empty cloud and for success', () => {
    expect(summary([])).toBe('There are no hosts.')
    expect(summary([host('a')])).toBe('A host can take the server.')
  })
})

describe('A filter that fails', () => {
  const failing: readonly (readonly [string, Filter['check']])[] = [
    [
      'by throwing',
      () => {
        throw new Error('out of order')
      },
    ],
    ['with true', () => true as never],
    ['with nothing', () => undefined as never],
    ['with a promise', (() => new Promise(() => undefined)) as never],
    ['with a refusal without a reason', () => ({ ok: false }) as never],
    ['with a reason without a sentence', () => ({ ok: false, reason: { code: 'x.y' } }) as never],
    ['with an odd yes', () => ({ ok: 'yes' }) as never],
  ]

  it.each(failing)('%s refuses the host and is named', (_, check) => {
    const policy = { filters: ['ComputeFilter', { name: 'Broken', check }] }
    expectPolicy(policy, snapshot([host('a')]))
      .toRefuse(request())
      .at('Broken')
      .because('filter.failed')
  })

  it('at saying whether it applies refuses all hosts', () => {
    const applies = () => {
      throw new Error('unsure')
    }
    const policy = { filters: [{ name: 'Broken', applies, check: () => yes }] }
    expectPolicy(policy, snapshot([host('a')]))
      .toRefuse(request())
      .at('Broken')
      .because('filter.failed')
  })

  it('refuses only the hosts that it fails on', () => {
    const check: Filter['check'] = ({ host: name }) => {
      if (name === 'a') throw new Error('out of order')
      return yes
    }
    expectPolicy({ filters: [{ name: 'Broken', check }] }, snapshot([host('a'), host('b')]))
      .toPlace(request())
      .on('b')
  })

  it('by writing to what it was given changes no decision', () => {
    const check: Filter['check'] = (_host, _request, { hosts }) => {
      ;(hosts as unknown[]).length = 0
      return yes
    }
    expectPolicy({ filters: [{ name: 'Vandal', check }] }, snapshot([host('a')]))
      .toRefuse(request())
      .because('filter.failed')
  })

  it('keeps its shortage out of the comparison if that is no number', () => {
    const check: Filter['check'] = ({ host: name }) =>
      no({ code: 'test.short', message: 'Too short.', shortBy: name === 'a' ? Number.NaN : 7 })
    const { stages } = explain(
      definePolicy({ filters: [{ name: 'Odd', check }] }),
      snapshot([host('a'), host('b')]),
      request(),
      's',
    )
    expect(stages[0]?.closest?.host).toBe('b')
  })

  it('may call its reason what every object calls something', () => {
    const check: Filter['check'] = () => no({ code: '__proto__', message: 'No.' })
    expectPolicy({ filters: [{ name: 'Odd', check }] }, snapshot([host('a')]))
      .toRefuse(request())
      .because('__proto__')
  })
})

describe('Trees and shared providers', () => {
  const disk = provider('nfs', {
    aggregates: ['rack'],
    traits: ['MISC_SHARES_VIA_AGGREGATE'],
    inventories: { DISK_GB: { total: 25 } },
  })
  const diskless = ['a', 'b'].map((name) => host(name, { disk: 0, aggregates: ['rack'] }))

  it('claims from the provider that shares, until it is used up', () => {
    const world = frozen(snapshot(diskless, { sharing: [disk] }))
    const decision = filterScheduler().decide(world, request({ servers: 3 }), 's')
    expect(decision).toMatchObject({ kind: 'refused', fitted: 2 })
    const claims = decision.choices.map(({ chosen }) => chosen.allocations.get(disk.id))
    expect(claims).toEqual([{ DISK_GB: 10 }, { DISK_GB: 10 }])
  })

  it('claims from child providers', () => {
    const children = ['numa0', 'numa1'].map((name) =>
      provider(name, { parent: 'a', inventories: { MEMORY_MB: { total: 1024 } } }),
    )
    const world = snapshot([host('a', { memory: 0, children })])
    const decision = filterScheduler().decide(world, request({ servers: 3 }), 's')
    expect(decision).toMatchObject({ kind: 'refused', fitted: 2 })
    const used = decision.choices.map(({ chosen }) => [...chosen.allocations.keys()].find((each) => each !== 'a'))
    expect(new Set(used)).toEqual(new Set(['numa0', 'numa1']))
  })
})
