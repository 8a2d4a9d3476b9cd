import type { Candidate, Choice, DecisionOverlay, HostState, RequestSpec, ServerId } from '@novakit/core'
import { isForced } from '../decide/destination.ts'
import { activeOf } from '../decide/filter.ts'
import { choiceStream, lazyStreamOf, type Stream } from '../decide/stream.ts'
import type { View } from '../decide/view.ts'
import type { Policy } from '../policy/policy.ts'
import { candidateOf } from './candidate.ts'
import { ANY, type Field } from './field.ts'
import type { Fleet } from './fleet.ts'
import { openField } from './measures.ts'
import type { Plan } from './plans.ts'

/**
 * Whether a request is of the commonest sort: one server for which no host has to be looked at by itself, and a choice
 * among the best alone.
 * @param view of no server and no group
 */
export function isSimple(policy: Policy, request: RequestSpec, over: DecisionOverlay, view: View): boolean {
  const { servers, group, destination, internal } = request
  if (servers.length !== 1 || group !== null || internal.checkType === 'rebuild') return false
  if (policy.hostSubsetSize !== 1 || policy.shuffleBest || policy.tieBreak === 'name') return false
  if (over.withoutHeld === true || (over.namedServers?.size ?? 0) > 0) return false
  if (destination.ignoredHosts.length > 0 || isForced(destination)) return false
  if (destination.requestedHost !== undefined || destination.requestedNode !== undefined) return false
  return policy.filters.every((filter) => filter.spot === undefined || activeOf(filter, request, view) === null)
}

/** The choice for such a request; none if there is no place. */
export function dealOne(
  policy: Policy,
  fleet: Fleet,
  plan: Plan,
  { servers }: RequestSpec,
  seed: string,
): readonly Choice[] {
  const server = servers[0] as ServerId
  const field = openField(plan)
  if (field === null) return []
  const alone = plan.lane.count === 1
  const out: number[] = []
  const next = (cell: number, stream: Stream): Candidate | null => {
    const weight = field.best(cell)
    if (weight === Number.NEGATIVE_INFINITY) return null
    const slot = tieOf(policy, plan, field, stream)
    plan.lane.leaveOut(slot)
    out.push(slot)
    return candidateOf(fleet.hosts[slot] as HostState, plan.resources, plan.rules, alone ? 0 : weight)
  }
  const chosen = next(ANY, choiceStream(seed, server))
  const cell = fleet.cellCount > 1 ? (fleet.cells[out[0] ?? 0] as number) : ANY
  const alternates: Candidate[] = []
  const stream = lazyStreamOf(`${seed}/${server}/alternates`)
  while (alternates.length < policy.maxAttempts - 1 && plan.lane.count > 0) {
    const alternate = next(cell, stream)
    if (alternate === null) break
    alternates.push(alternate)
  }
  plan.lane.putBack(out)
  return chosen === null ? [] : [{ server, chosen, alternates }]
}

/** One of the best hosts, as the policy breaks ties. */
function tieOf({ tieBreak }: Policy, { ties }: Plan, field: Field, stream: Stream): number {
  if (tieBreak !== 'random') return ties.at(field, 0)
  const count = ties.count(field)
  return ties.at(field, count === 1 ? 0 : stream.below(count))
}
