import type { Candidate, HostState, RequestSpec, ServerId, Snapshot } from '@novakit/core'
import { consume, decide, definePolicy, explain, type Policy } from '@novakit/scheduler'
import { frozen } from '@novakit/scheduler/testing'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { policies, requests, snapshots } from './worlds.ts'

const seeds = fc.string({ maxLength: 8 })
const runs = { numRuns: 400 }

/** The plainest way to place several servers: one decision for each, on a snapshot from which the last was taken. */
function oneByOne(policy: Policy, world: Snapshot, request: RequestSpec, seed: string): readonly Candidate[] {
  const chosen: Candidate[] = []
  let left = world
  for (const server of request.servers) {
    const decision = decide(policy, left, { ...request, servers: [server] }, seed)
    const [choice] = decision.choices
    if (choice === undefined) break
    chosen.push(choice.chosen)
    left = consume(left, request, server, choice.chosen)
  }
  return chosen
}

it('places many servers in one decision as it would one after the other', () => {
  fc.assert(
    fc.property(policies, snapshots, requests, seeds, (options, world, request, seed) => {
      const policy = definePolicy(options)
      const decision = decide(policy, world, request, seed)
      expect(decision.choices.map(({ chosen }) => chosen)).toEqual(oneByOne(policy, world, request, seed))
    }),
    runs,
  )
})

it('decides the same on frozen input, twice', () => {
  fc.assert(
    fc.property(policies, snapshots, requests, seeds, (options, world, request, seed) => {
      const policy = definePolicy(options)
      const first = decide(policy, frozen(world), frozen(request), seed)
      expect(decide(policy, world, request, seed)).toEqual(first)
    }),
    runs,
  )
})

it('chooses what its own explanation ranks first, and no host that it refuses', () => {
  fc.assert(
    fc.property(policies, snapshots, requests, seeds, (options, world, request, seed) => {
      const policy = definePolicy({ ...options, rankingSize: 100 })
      const alone = { ...request, servers: request.servers.slice(0, 1) }
      const [choice] = decide(policy, world, alone, seed).choices
      const { ranking, stages, hosts } = explain(policy, world, alone, seed)
      const passed = ranking.map(({ host }) => host)
      expect(passed.length).toBe(stages.at(-1)?.after ?? hosts)
      expect(choice === undefined).toBe(passed.length === 0)
      if (choice === undefined) return
      expect(passed.slice(0, policy.hostSubsetSize)).toContain(choice.chosen.host)
      for (const alternate of choice.alternates) expect(passed).toContain(alternate.host)
    }),
    runs,
  )
})

it('tells in each stage of every host that fell, and for what', () => {
  fc.assert(
    fc.property(policies, snapshots, requests, seeds, (options, world, request, seed) => {
      const { stages, hosts } = explain(definePolicy(options), world, request, seed)
      let before = hosts
      for (const stage of stages) {
        const fell = Object.values(stage.refused).reduce((sum, each) => sum + each, 0)
        expect([stage.before, stage.before - stage.after]).toEqual([before, fell])
        before = stage.after
      }
    }),
    runs,
  )
})

it('never takes more from a provider than it may give', () => {
  fc.assert(
    fc.property(policies, snapshots, requests, seeds, (options, world, request, seed) => {
      const { choices } = decide(definePolicy(options), world, request, seed)
      let after = world
      for (const { server, chosen } of choices) after = consume(after, request, server, chosen)
      for (const [at, host] of after.hosts.entries()) expect(overfull(host, world.hosts[at])).toEqual([])
    }),
    runs,
  )
})

it('keeps alternates to the cell of the choice and off all chosen hosts', () => {
  fc.assert(
    fc.property(policies, snapshots, requests, seeds, (options, world, request, seed) => {
      const policy = definePolicy(options)
      const { choices } = decide(policy, world, request, seed)
      const taken = new Set(choices.map(({ chosen }) => chosen.provider))
      for (const { chosen, alternates } of choices) {
        expect(alternates.length).toBeLessThan(policy.maxAttempts)
        expect(new Set(alternates.map(({ provider }) => provider)).size).toBe(alternates.length)
        for (const { cell, provider } of alternates) expect([cell, taken.has(provider)]).toEqual([chosen.cell, false])
      }
    }),
    runs,
  )
})

it('offers no alternate that the rules refuse once all servers are placed', () => {
  fc.assert(
    fc.property(policies, snapshots, requests, seeds, (options, world, request, seed) => {
      const policy = definePolicy({ ...options, rankingSize: 100 })
      const { choices } = decide(policy, world, request, seed)
      let after = world
      for (const { server, chosen } of choices) after = consume(after, request, server, chosen)
      for (const { server, alternates } of choices) {
        const passed = passing(policy, after, request, server, seed)
        for (const { host } of alternates) expect(passed).toContain(host)
      }
    }),
    runs,
  )
})

function passing(policy: Policy, world: Snapshot, request: RequestSpec, server: ServerId, seed: string): unknown[] {
  // One server alone is chosen together with its alternates: before it is placed, its group is not yet held anywhere.
  const alone = { ...request, servers: [server] }
  const strict = request.group?.policy === 'affinity' || request.group?.policy === 'anti-affinity'
  const asked = request.servers.length === 1 && strict ? { ...alone, group: null } : alone
  return explain(policy, world, asked, seed).ranking.map(({ host }) => host)
}

/** Classes that hold more than their capacity, and did not before. */
function overfull(host: HostState, before: HostState | undefined): readonly string[] {
  return [...host.inventories].flatMap(([name, { total, reserved, allocationRatio, used }]) => {
    const grew = used > (before?.inventories.get(name)?.used ?? 0)
    return grew && used > (total - reserved) * allocationRatio ? [name] : []
  })
}
