import type { Candidate, Choice, DecisionOverlay, HostState, RequestSpec, ServerId } from '@novakit/core'
import { isForced } from '../decide/destination.ts'
import { activeOf } from '../decide/filter.ts'
import { choiceStream, lazyStreamOf, type Stream } from '../decide/stream.ts'
import type { View } from '../decide/view.ts'
import type { Policy } from '../policy/policy.ts'
import { candidateOf } from './candidate.ts'
import type { Field } from './field.ts'
import { ANY, type Fleet } from './fleet.ts'
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
  const wanted = policy.maxAttempts
  const candidates: Candidate[] = []
  let stream = choiceStream(seed, server)
  let cell = ANY
  while (candidates.length < wanted) {
    const weight = field.best(cell)
    if (weight === Number.NEGATIVE_INFINITY) break
    const count = plan.ties.count(field)
    const last = candidates.length + 1 === wanted
    const slot = tieOf(policy, plan, field, count, stream)
    candidates.push(candidateOf(fleet.hosts[slot] as HostState, plan.resources, plan.rules, alone ? 0 : weight))
    if (last) break
    field.setAside(slot)
    if (candidates.length > 1) continue
    // From here on alternates are sought.
    stream = lazyStreamOf(`${seed}/${server}/alternates`)
    cell = fleet.cellCount > 1 ? (fleet.cells[slot] as number) : ANY
  }
  field.takeBack()
  const [chosen, ...alternates] = candidates
  return chosen === undefined ? [] : [{ server, chosen, alternates }]
}

/** One of the best hosts, as the policy breaks ties. */
function tieOf({ tieBreak }: Policy, { ties }: Plan, field: Field, count: number, stream: Stream): number {
  return ties.at(field, tieBreak !== 'random' || count === 1 ? 0 : stream.below(count))
}
