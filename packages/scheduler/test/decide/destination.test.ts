import type { ServerId } from '@novakit/core'
import { consume, filterScheduler } from '@novakit/scheduler'
import { aggregate, expectPolicy, flavor, group, host, image, request, snapshot } from '@novakit/scheduler/testing'
import { describe, expect, it } from 'vitest'

const pair = snapshot([host('a', { enabled: false }), host('b')])

describe('A forced request', () => {
  it('passes the filters by', () => {
    expectPolicy({}, pair)
      .toPlace(request({ to: { forcedHosts: ['a'] } }))
      .on('a')
    expectPolicy({}, pair)
      .toPlace(request({ to: { forcedNodes: ['a'] } }))
      .on('a')
  })

  it('still needs room', () => {
    const asked = request({ to: { forcedHosts: ['b'] }, flavor: flavor({ vcpus: 17 }) })
    expectPolicy({}, pair).toRefuse(asked).at('Placement').because('placement.capacity')
  })

  it('knows hosts by any case, as Nova does, and nodes by theirs', () => {
    expectPolicy({}, pair)
      .toPlace(request({ to: { forcedHosts: ['B'] } }))
      .on('b')
    expectPolicy({}, pair)
      .toRefuse(request({ to: { forcedNodes: ['B'] } }))
      .because('host.not_forced')
  })

  it('does not go to an ignored host', () => {
    const to = { forcedHosts: ['b'], ignoredHosts: ['B'] }
    expectPolicy({}, pair).toRefuse(request({ to })).because('host.ignored')
  })
})

describe('A requested host', () => {
  it('is judged by the filters', () => {
    expectPolicy({}, pair)
      .toRefuse(request({ to: { requestedHost: 'a' } }))
      .because('host.disabled')
  })

  it('may be named by its node alone', () => {
    const nodes = snapshot([host('a', { node: 'n1' }), host('a', { node: 'n2' })])
    const decision = filterScheduler().decide(nodes, request({ to: { requestedNode: 'n2' } }), 's')
    expect(decision.choices[0]?.chosen.node).toBe('n2')
  })
})

describe('A cell', () => {
  const cells = snapshot([host('a', { vcpus: 1 }), host('b', { cell: 'cell2' })])

  it('binds a request unless that may cross cells', () => {
    const asked = request({ servers: 2, to: { cell: 'cell1' } })
    expectPolicy({}, cells).toRefuse(asked).after(1).because('cell.other')
    const free = request({ servers: 2, to: { cell: 'cell1', allowCrossCellMove: true } })
    expectPolicy({}, cells).toPlace(free).onEach('a', 'b')
  })
})

describe('A rebuild', () => {
  const world = snapshot([host('a', { enabled: false, used: { vcpus: 16 }, aggregates: ['win'], servers: ['s1'] })], {
    aggregates: [aggregate('win', { metadata: { os_distro: 'windows' } })],
  })
  const rebuild = (os_distro: string) =>
    request({ image: image({ os_distro }), to: { requestedHost: 'a' }, internal: { checkType: 'rebuild' } })
  const policy = { filters: ['ComputeFilter', 'AggregateImagePropertiesIsolation'] }

  it('asks only the filters that judge an image in place, and no resources', () => {
    expectPolicy(policy, world).toPlace(rebuild('windows')).on('a')
  })

  it('is refused by those', () => {
    expectPolicy(policy, world).toRefuse(rebuild('debian')).because('aggregate.image_property')
  })

  it('cannot be had by a hint', () => {
    const hints = { extra: { _nova_check_type: ['rebuild'], checkType: ['rebuild'] } }
    expectPolicy(policy, world).toRefuse(request({ hints })).because('host.disabled')
  })

  it('is judged even where the request is forced', () => {
    const asked = rebuild('debian')
    const forced = {
      ...asked,
      destination: { ...asked.destination, forcedHosts: [asked.destination.requestedHost ?? ('' as never)] },
    }
    expectPolicy(policy, world).toRefuse(forced).because('aggregate.image_property')
  })
})

describe('Hints of many thousand servers', () => {
  const ids = Array.from({ length: 10_000 }, (_, at) => `server-${at}`)
  const world = snapshot(Array.from({ length: 300 }, (_, at) => host(`h${at}`, { servers: [`server-${at}`, 'x'] })))

  it('are looked at once, not once a host', () => {
    const alone = snapshot([...world.hosts, host('free', { servers: ['y'] })])
    expectPolicy({}, alone)
      .toPlace(request({ hints: { differentHost: ids } }))
      .on('free')
    expectPolicy({}, world)
      .toPlace(request({ hints: { sameHost: ids } }))
      .notOn('free')
  })
})

describe('consume', () => {
  const world = snapshot([host('a'), host('b')])
  const asked = request({ group: group('affinity'), flavor: flavor({ name: 'm9' }) })
  const [choice] = filterScheduler({ tieBreak: 'first' }).decide(world, asked, 's').choices
  if (choice === undefined) throw new Error('there is room')
  const after = consume(world, asked, choice.server, choice.chosen)

  it('takes resources, adds the server, and counts a build under way', () => {
    const [a] = after.hosts
    expect(a?.inventories.get('VCPU')).toMatchObject({ used: 1 })
    expect(a?.inventories.get('MEMORY_MB')).toMatchObject({ used: 1024 })
    expect(a?.servers.get('s1' as ServerId)).toMatchObject({ flavor: 'm9', project: 'project', group: 'group' })
    expect(a?.stats.ioOps).toBe(1)
  })

  it('tells the group where its member is', () => {
    expect([...(after.groups.get(asked.group?.id ?? ('' as never))?.members ?? [])]).toEqual([['s1', 'a']])
  })

  it('leaves the old snapshot as it was, and shares what did not change', () => {
    expect(world.hosts[0]?.inventories.get('VCPU')).toMatchObject({ used: 0 })
    expect(world.groups.size).toBe(0)
    expect(after.hosts[1]).toBe(world.hosts[1])
    expect(after.sharing).toBe(world.sharing)
  })
})
