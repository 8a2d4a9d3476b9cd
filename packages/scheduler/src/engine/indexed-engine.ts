import type { Decision, DecisionOverlay, Explanation, RequestSpec, SchedulingEngine, Snapshot } from '@novakit/core'
import { decide } from '../decide/decide.ts'
import type { Policy } from '../policy/policy.ts'
import { dealOne, isSimple } from './deal-one.ts'
import { deal } from './deal.ts'
import { openFleet, type Fleet } from './fleet.ts'
import { withOverlay } from './overlay.ts'
import { openPlans, type Plan } from './plans.ts'

/**
 * An engine that keeps, for each kind of request, an index of the hosts that can take it. After a change it looks again
 * at the hosts that changed and at no others; its answers are those of `decide` on the same snapshot.
 */
export function indexedEngine(policy: Policy): SchedulingEngine {
  const fleet = openFleet()
  const plans = openPlans(policy, fleet)
  const decideSimply = (request: RequestSpec, seed: string, plan: Plan, over: DecisionOverlay): Decision | null => {
    plan.sync()
    const { version } = fleet
    const choices = dealOne(policy, fleet, plan, request, seed)
    if (choices.length > 0) return { kind: 'placed', choices, version, seed }
    const explanation = over.withoutReasons === true ? unexplained(version, seed) : plan.refusals().explain(seed)
    return explanation === null ? null : { kind: 'refused', fitted: 0, choices, version, seed, explanation }
  }
  const decideAnyhow = (request: RequestSpec, seed: string, over: DecisionOverlay): Decision | null => {
    const choices = deal(policy, fleet, plans, request, seed, over)
    const placed = choices !== null && choices.length === request.servers.length
    return placed ? { kind: 'placed', choices, version: fleet.version, seed } : null
  }
  const decideWith = (request: RequestSpec, seed: string, over: DecisionOverlay): Decision => {
    fleet.settle()
    const view = plans.view()
    const plan = isSimple(policy, request, over, view) ? plans.of(request, view) : null
    const decision = plan === null ? decideAnyhow(request, seed, over) : decideSimply(request, seed, plan, over)
    // Refusals that are not kept in a book tell why, of every host.
    return decision ?? decide(policy, withOverlay(snapshotFor(fleet, over), over), request, seed)
  }
  return {
    get version() {
      return fleet.version
    },
    reset: fleet.reset,
    apply: fleet.apply,
    hold: fleet.hold,
    release: fleet.release,
    decide: (request, seed, over = {}) => decideWith(request, seed, over),
  }
}

/** For callers that ask for no reasons. */
function unexplained(version: number, seed: string): Explanation {
  return { version, seed, hosts: 0, stages: [], ranking: [], summary: 'No host can take the server.' }
}

function snapshotFor(fleet: Fleet, { withoutHeld }: DecisionOverlay): Snapshot {
  const snapshot = fleet.snapshot()
  if (withoutHeld !== true) return snapshot
  return { ...snapshot, hosts: fleet.bases.filter((host) => host !== null), sharing: fleet.unheldSharing }
}
