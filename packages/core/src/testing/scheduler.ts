import { id, type HostName, type ServerId } from '../domain/ids.ts'
import { describe, expect, it } from 'vitest'
import type { Candidate, Decision } from '../domain/scheduling/decision.ts'
import type { Snapshot } from '../domain/scheduling/snapshot.ts'
import type { Scheduler } from '../ports/scheduler.ts'
import { flavor, group, host, racks, request, snapshot } from './scheduler-world.ts'

const SEED = 'conformance'

type Case = (scheduler: Scheduler) => void

/** Three hosts of 4 processors, two of them in one cell. */
const three = (): Snapshot =>
  snapshot([host('a', { vcpus: 4 }), host('b', { vcpus: 4 }), host('c', { vcpus: 4, cell: 'cell2' })])

/** Every case by its name: a sentence about what a scheduler does. */
const cases = {
  'gives the same decision for the same seed': (scheduler) => {
    const world = three()
    const asked = request({ servers: 3 })
    expect(scheduler.decide(world, asked, SEED)).toEqual(scheduler.decide(world, asked, SEED))
  },

  'changes nothing of what it is given': (scheduler) => {
    const world = three()
    const asked = request({ servers: 20, group: group('soft-anti-affinity') })
    const before = structuredClone([world, asked])
    expect(scheduler.decide(world, asked, SEED).kind).toBe('refused')
    expect(scheduler.explain(world, asked, SEED).hosts).toBe(3)
    expect([world, asked]).toEqual(before)
  },

  'says which snapshot and seed it decided on': (scheduler) => {
    const decision = scheduler.decide(snapshot([host('a')], 7), request(), SEED)
    expect(decision).toMatchObject({ kind: 'placed', version: 7, seed: SEED })
  },

  'claims what was asked for on the host that it chose': (scheduler) => {
    const [chosen] = chosenBy(scheduler.decide(snapshot([host('a')]), request({ flavor: flavor(2) }), SEED))
    expect(chosen?.provider).toBe('a')
    expect(chosen?.allocations).toEqual(new Map([['a', { VCPU: 2, MEMORY_MB: 1024, DISK_GB: 10 }]]))
  },

  'translates a flavor into what Placement is asked for': (scheduler) => {
    const asked = (bootFromVolume: boolean) => scheduler.translate(flavor(2, 1), null, { bootFromVolume }).groups
    expect(asked(false)).toEqual(request({ flavor: flavor(2, 1) }).resources.groups)
    expect(asked(true)).toMatchObject([{ resources: { VCPU: 2, MEMORY_MB: 1024, DISK_GB: 1 } }])
  },

  'never gives more than there is, in one request': (scheduler) => {
    const decision = scheduler.decide(three(), request({ servers: 12 }), SEED)
    expect(decision.kind).toBe('placed')
    expect(counts(decision)).toEqual({ a: 4, b: 4, c: 4 })
  },

  'never gives more than there is, one request after the other': (scheduler) => {
    let world = three()
    for (let at = 0; at < 12; at++) {
      const decision = scheduler.decide(world, request({ servers: [`s${at}`] }), `${SEED}${at}`)
      expect(decision.kind).toBe('placed')
      for (const chosen of chosenBy(decision)) world = used(world, chosen)
    }
    expect(scheduler.decide(world, request({ servers: ['last'] }), SEED).kind).toBe('refused')
  },

  'tells how many servers fit, and where, when not all do': (scheduler) => {
    const decision = scheduler.decide(three(), request({ servers: 13 }), SEED)
    expect(decision).toMatchObject({ kind: 'refused', fitted: 12 })
    expect(counts(decision)).toEqual({ a: 4, b: 4, c: 4 })
  },

  'explains a refusal without naming hosts to the tenant': (scheduler) => {
    const world = snapshot([host('secret-1', { vcpus: 4 }), host('secret-2', { vcpus: 2 })])
    const decision = scheduler.decide(world, request({ flavor: flavor(8) }), SEED)
    if (decision.kind === 'placed') return expect.fail('8 processors were placed on a host of 4')
    const { explanation } = decision
    const last = explanation.stages.findLast((stage) => stage.before > 0)
    expect(explanation).toMatchObject({ hosts: 2, ranking: [], version: 1, seed: SEED })
    expect(last).toMatchObject({ after: 0, closest: { host: 'secret-1' } })
    expect(Object.values(last?.refused ?? {}).reduce((sum, each) => sum + each, 0)).toBe(last?.before)
    expect(explanation.summary).not.toMatch(/secret|\b4\b/)
  },

  'refuses in an empty cloud': (scheduler) => {
    const decision = scheduler.decide(snapshot([]), request(), SEED)
    expect(decision).toMatchObject({ kind: 'refused', fitted: 0, choices: [], explanation: { hosts: 0 } })
  },

  'explains in JSON, and ranks the hosts that passed': (scheduler) => {
    const explanation = scheduler.explain(three(), request({ to: { ignoredHosts: ['b'] } }), SEED)
    expect(JSON.parse(JSON.stringify(explanation))).toEqual(explanation)
    expect(explanation.ranking.map((each) => each.host).toSorted()).toEqual(['a', 'c'])
  },

  'passes ignored hosts by': (scheduler) => {
    const asked = request({ servers: 4, to: { ignoredHosts: ['a', 'c'] } })
    expect(counts(scheduler.decide(three(), asked, SEED))).toEqual({ b: 4 })
  },

  'goes to the requested host or nowhere': (scheduler) => {
    const asked = request({ servers: 5, to: { requestedHost: 'b' } })
    expect(scheduler.decide(three(), asked, SEED)).toMatchObject({ kind: 'refused', fitted: 4 })
    expect(counts(scheduler.decide(three(), asked, SEED))).toEqual({ b: 4 })
  },

  'goes to forced hosts and nodes only, and still not beyond their room': (scheduler) => {
    const asked = request({ servers: 9, to: { forcedHosts: ['a', 'b'] } })
    expect(counts(scheduler.decide(three(), asked, SEED))).toEqual({ a: 4, b: 4 })
    const node = request({ to: { forcedNodes: ['c'] } })
    expect(counts(scheduler.decide(three(), node, SEED))).toEqual({ c: 1 })
  },

  'stays in the cell that the request is bound to': (scheduler) => {
    const asked = request({ servers: 4, to: { cell: 'cell2' } })
    expect(counts(scheduler.decide(three(), asked, SEED))).toEqual({ c: 4 })
  },

  'offers nothing in a cell that does not answer, even if forced': (scheduler) => {
    const world = snapshot([host('a', { reachable: false })])
    expect(scheduler.decide(world, request(), SEED).kind).toBe('refused')
    expect(scheduler.decide(world, request({ to: { forcedHosts: ['a'] } }), SEED).kind).toBe('refused')
  },

  'claims nothing for a rebuild, however full the host is': (scheduler) => {
    const world = snapshot([host('a', { used: 16, servers: ['s1'] })])
    const asked = request({ to: { requestedHost: 'a' }, internal: { checkType: 'rebuild' } })
    expect(chosenBy(scheduler.decide(world, asked, SEED))[0]?.allocations).toEqual(new Map())
  },

  'keeps the members of an anti-affinity group apart': (scheduler) => {
    const asked = request({ servers: 4, group: group('anti-affinity', ['s1', 's2', 's3', 's4']) })
    const decision = scheduler.decide(three(), asked, SEED)
    expect(decision).toMatchObject({ kind: 'refused', fitted: 3 })
    expect(counts(decision)).toEqual({ a: 1, b: 1, c: 1 })
  },

  'keeps the members of an affinity group together': (scheduler) => {
    const asked = request({ servers: 5, group: group('affinity') })
    const decision = scheduler.decide(three(), asked, SEED)
    expect(decision).toMatchObject({ kind: 'refused', fitted: 4 })
    expect(Object.values(counts(decision))).toEqual([4])
    const joining = request({ group: group('affinity', ['old'], ['b']) })
    expect(counts(scheduler.decide(three(), joining, SEED))).toEqual({ b: 1 })
  },

  'takes for one place all hosts of an aggregate that has the key of a group': (scheduler) => {
    const world = racks(['a', 'b', 'c'], 2)
    const apart = { ...group('anti-affinity', ['s1', 's2', 's3', 's4']), level: 'rack' }
    const decision = scheduler.decide(world, request({ servers: 4, group: apart }), SEED)
    expect(decision).toMatchObject({ kind: 'refused', fitted: 3 })
    expect(rackOf(decision).toSorted()).toEqual(['a', 'b', 'c'])
    const together = { ...group('affinity', ['old'], ['b2']), level: 'rack' }
    expect(rackOf(scheduler.decide(world, request({ servers: 20, group: together }), SEED))).toEqual(['b'])
  },

  'offers no host outside the level of a group, or in two places of it': (scheduler) => {
    const world = racks(['a', 'b'], 1)
    const both = { ...host('both'), aggregates: [...world.aggregates.keys()] }
    const lost = { ...world, hosts: [host('nowhere'), both, ...world.hosts.slice(1)] }
    for (const policy of ['affinity', 'anti-affinity'] as const) {
      const asked = request({ group: { ...group(policy), level: 'rack' } })
      expect(counts(scheduler.decide(lost, asked, SEED))).toEqual({ b1: 1 })
    }
  },

  'gives each partition of a group places of its own': (scheduler) => {
    const world = racks(['a', 'b'], 2)
    const divided = { ...group('partition', ['old'], ['a1']), level: 'rack' }
    const { id: name, policy, level, maxServerPerHost } = divided
    const old = id<ServerId>('old')
    const state = { id: name, policy, level, maxServerPerHost, members: new Map([[old, id<HostName>('a1')]]) }
    const seen = { ...world, groups: new Map([[name, { ...state, partitions: new Map([[old, 'one']]) }]]) }
    const other = request({ servers: 9, group: divided, partition: 'two' })
    expect(rackOf(scheduler.decide(seen, other, SEED))).toEqual(['b'])
    const same = request({ servers: 60, group: divided, partition: 'one' })
    expect(rackOf(scheduler.decide(seen, same, SEED)).toSorted()).toEqual(['a', 'b'])
  },

  'gives alternates of the same cell, each with what to claim there': (scheduler) => {
    const world = snapshot(['a', 'b', 'c', 'd'].map((name) => host(name, name === 'd' ? { cell: 'cell2' } : {})))
    const decision = scheduler.decide(world, request({ to: { ignoredHosts: ['d'] } }), SEED)
    const [choice] = decision.choices
    expect(choice?.alternates.length).toBe(2)
    const names = [choice?.chosen, ...(choice?.alternates ?? [])].map((each) => each?.host)
    expect(new Set(names)).toEqual(new Set(['a', 'b', 'c']))
    for (const each of choice?.alternates ?? []) expect(each.allocations.get(each.provider)).toMatchObject({ VCPU: 1 })
  },

  'spreads equal hosts over seeds': (scheduler) => {
    const world = snapshot(['a', 'b', 'c', 'd'].map((name) => host(name)))
    const seeds = Array.from({ length: 40 }, (_, at) => `${SEED}${at}`)
    const hosts = seeds.flatMap((seed) => chosenBy(scheduler.decide(world, request(), seed)).map((each) => each.host))
    expect(new Set(hosts).size).toBe(4)
  },
} satisfies Record<string, Case>

export type SchedulerCase = keyof typeof cases

export interface SchedulerSuite {
  /** Keeps the rules of server groups. Default true; cases about groups are left out otherwise. */
  readonly knowsGroups?: boolean
  /** Equal hosts are chosen by seed. Default true; a scheduler that takes the first of equals does not. */
  readonly spreads?: boolean
  /** Case → why this scheduler cannot pass it. Printed. */
  readonly skip?: Partial<Record<SchedulerCase, string>>
}

const groupCases: readonly SchedulerCase[] = [
  'keeps the members of an affinity group together',
  'keeps the members of an anti-affinity group apart',
  'takes for one place all hosts of an aggregate that has the key of a group',
  'offers no host outside the level of a group, or in two places of it',
  'gives each partition of a group places of its own',
]

/**
 * What every implementation of the port holds to. The policy under test must let hosts pass that are enabled, up and
 * have room, and give up to two alternates.
 */
export function describeScheduler(name: string, make: () => Scheduler, suite: SchedulerSuite = {}): void {
  const { knowsGroups = true, spreads = true, skip = {} } = suite
  const undeclared = new Set<SchedulerCase>([
    ...(knowsGroups ? [] : groupCases),
    ...(spreads ? [] : (['spreads equal hosts over seeds'] as const)),
  ])
  describe(`${name} as a scheduler`, () => {
    for (const [title, run] of Object.entries(cases) as [SchedulerCase, Case][]) {
      if (undeclared.has(title)) continue
      const why = skip[title]
      if (why === undefined) it(title, () => run(make()))
      else it.skip(`${title} (skipped: ${why})`, () => undefined)
    }
  })
}

function chosenBy(decision: Decision): readonly Candidate[] {
  return decision.choices.map((choice) => choice.chosen)
}

/** Host → servers placed there. */
function counts(decision: Decision): Readonly<Record<string, number>> {
  const sums: Record<string, number> = {}
  for (const { host: name } of chosenBy(decision)) sums[name] = (sums[name] ?? 0) + 1
  return sums
}

/** The racks that hosts of {@link racks} were chosen in. */
function rackOf(decision: Decision): readonly string[] {
  return [...new Set(chosenBy(decision).map(({ host: name }) => name.slice(0, 1)))]
}

/** The snapshot with a claim taken from it, as a ledger would. */
function used(world: Snapshot, chosen: Candidate): Snapshot {
  const claimed = chosen.allocations.get(chosen.provider) ?? {}
  const hosts = world.hosts.map((each) => {
    if (each.provider !== chosen.provider) return each
    const inventories = [...each.inventories].map(([name, inventory]) => {
      return [name, { ...inventory, used: inventory.used + (claimed[name] ?? 0) }] as const
    })
    return { ...each, inventories: new Map(inventories) }
  })
  return { ...world, version: world.version + 1, hosts }
}
