import type { Explanation, HostName, RequestSpec, Snapshot } from '@novakit/core'
import { consume } from './consume.ts'
import { decide } from './decide.ts'
import { explain } from './explain.ts'
import type { Policy } from '../policy/policy.ts'
import { openCourt } from './remedy/blockers.ts'
import { remedyFor, type Remedy } from './remedy/remedy.ts'

/** What is short of one resource class over all hosts. */
export interface ClassReport {
  readonly resourceClass: string
  readonly requested: number
  /** How many hosts have too little of it, whatever else turns them away. */
  readonly hosts: number
  /** By how much the host misses it that misses least. */
  readonly shortBy: number
  readonly closest: HostName
}

/** Everything about one request that an operator may want to know. Names hosts: tenants get `explanation.summary`. */
export interface Diagnosis {
  readonly fitted: number
  /** Of the first server that finds no place, or of the first of all. */
  readonly explanation: Explanation
  /** What most hosts lack first. */
  readonly short: readonly ClassReport[]
  /** Null: no set of changes is known that would do. Empty for a request that is placed. */
  readonly remedy: Remedy | null
}

export function diagnose(policy: Policy, snapshot: Snapshot, request: RequestSpec, seed: string): Diagnosis {
  const decision = decide(policy, snapshot, request, seed)
  const world = decision.choices.reduce(
    (left, { server, chosen }) => (decision.kind === 'placed' ? left : consume(left, request, server, chosen)),
    snapshot,
  )
  return {
    fitted: decision.choices.length,
    explanation: decision.kind === 'refused' ? decision.explanation : explain(policy, snapshot, request, seed),
    short: shortages(policy, world, request),
    remedy: remedyFor({ policy, snapshot, request }, seed),
  }
}

function shortages(policy: Policy, snapshot: Snapshot, request: RequestSpec): readonly ClassReport[] {
  const [server] = request.servers
  if (server === undefined) return []
  const { rules } = openCourt({ policy, snapshot, request }, server)
  const reports = new Map<string, ClassReport>()
  for (const host of snapshot.hosts) {
    const room = rules.room(host)
    if ('candidate' in room) continue
    for (const { resourceClass, requested, shortBy, cause } of room.shortage.classes) {
      if (cause === 'unit') continue
      const before = reports.get(resourceClass)
      const hosts = (before?.hosts ?? 0) + 1
      const nearer = before === undefined || shortBy < before.shortBy
      const nearest = nearer ? { shortBy, closest: host.host } : { shortBy: before.shortBy, closest: before.closest }
      reports.set(resourceClass, { resourceClass, requested, hosts, ...nearest })
    }
  }
  return [...reports.values()].toSorted((a, b) => b.hosts - a.hosts || (a.resourceClass < b.resourceClass ? -1 : 1))
}
