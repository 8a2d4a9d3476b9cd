import type { BuildRequest } from '../../storage/global/build-requests.ts'
import type { Choice, Decision } from '../../domain/scheduling/decision.ts'
import type { ConductorDeps } from '../deps.ts'
import type { CreateRequest } from './request.ts'
import type { GlobalTx } from '../../ports/storage.ts'
import type { Json } from '../../domain/json.ts'
import type { OperationId, ServerId } from '../../domain/ids.ts'
import type { Problem } from '../../domain/error.ts'
import type { Step, StepContext } from '../../saga/index.ts'
import { changeBuild, placesOf } from '../../storage/global/build-requests.ts'
import { CLAIM_TRIES, claimFor } from './claim.ts'
import { decideFor } from './decide.ts'
import { done } from '../../saga/index.ts'
import { later } from '../../domain/unit/units.ts'
import { leaveFor, requestsFor } from './hand-over.ts'
import { noValidHost, roomWasLost } from './no-valid-host.ts'
import { operationErrors } from '../../domain/operation/errors.ts'

/** Finds places for all servers of a request and claims them in one go. */
export function placeStep(deps: ConductorDeps): Step<'global', CreateRequest> {
  return {
    name: 'place',
    // An accepted request goes forward: each of its servers becomes active, or shows an error.
    pivot: true,
    run: async (context) => {
      const all = await requestsFor(deps, context)
      const requests = all.filter(isUnplaced)
      if (requests.length === 0) return done()
      const seed = `${context.operation.id}/${context.operation.tries}`
      const decision = await decideFor(deps, requests, [], { key: context.operation.id, seed })
      // Hosts that are only just back, or were lost a moment ago, are no reason to refuse anybody.
      if (decision.kind === 'refused' && deps.view.uncertain()) {
        return { kind: 'parked', until: later(context.now, deps.timing.lookEvery) }
      }
      const verdict = judge(decision, requests.length, context)
      return done(summary(decision), async (tx) => {
        const placed = await settle(tx, deps, context.operation.id, requests, verdict)
        if (placed.length === all.length) tx.afterCommit(() => leaveFor(context, placed))
      })
    },
    undo: 'nothing to undo: an accepted request goes forward',
  }
}

function isUnplaced({ deleting, attempt, failures }: BuildRequest): boolean {
  return !deleting && attempt === 0 && failures.length === 0
}

interface PlaceVerdict {
  readonly choices: readonly Choice[]
  /** For the servers that have none. */
  readonly problem: Problem | null
}

/**
 * Fewer places than the request must have are none. Servers that were deleted meanwhile are no longer wanted, and the
 * others need not wait for them.
 */
function judge(decision: Decision, wanted: number, context: StepContext<CreateRequest>): PlaceVerdict {
  const problem = decision.kind === 'refused' ? noValidHost(decision) : null
  const enough = decision.choices.length >= Math.min(wanted, context.request.minCount)
  return { choices: enough ? decision.choices : [], problem }
}

function summary(decision: Decision): Json {
  return {
    seed: decision.seed,
    version: decision.version,
    placed: decision.choices.map(({ server, chosen }) => ({ server, host: chosen.host, node: chosen.node })),
    ...(decision.kind === 'refused' ? { explanation: decision.explanation as unknown as Json } : {}),
  }
}

/** Claims and progress in one transaction: the ledger never holds what no build request tells of. */
async function settle(
  tx: GlobalTx,
  deps: ConductorDeps,
  operation: OperationId,
  requests: readonly BuildRequest[],
  verdict: PlaceVerdict,
): Promise<readonly BuildRequest[]> {
  const lost = await claimAll(tx, deps, operation, requests, verdict.choices)
  const choices = new Map<ServerId, Choice>(lost ? [] : verdict.choices.map((choice) => [choice.server, choice]))
  const problem = lost ? roomWasLost() : verdict.problem
  tx.afterCommit(() => {
    if (verdict.choices.length > 0 && !lost) deps.holds.claimed(operation)
    else deps.holds.drop(operation)
    deps.lostClaims.forget(operation)
  })
  const placed: BuildRequest[] = []
  for (const request of requests) {
    const choice = choices.get(request.server)
    const failures = choice === undefined && problem !== null ? [notPlaced(problem)] : []
    const places = choice === undefined ? { choice: null, alternates: [] } : placesOf(choice)
    const progress = { attempt: choice === undefined ? 0 : 1, ...places, failures }
    if (!(await changeBuild(tx, request, progress)))
      throw operationErrors.again({ why: 'a server of the request is being deleted' })
    placed.push({ ...request, ...progress })
  }
  return placed
}

/** @returns whether the claims were lost too often. @throws `operation.again` when they were lost, and not so often yet */
async function claimAll(
  tx: GlobalTx,
  deps: ConductorDeps,
  operation: OperationId,
  requests: readonly BuildRequest[],
  choices: readonly Choice[],
): Promise<boolean> {
  const requestOf = new Map(requests.map((request) => [request.server, request]))
  const claims = []
  for (const choice of choices) {
    const request = requestOf.get(choice.server)
    if (request !== undefined) claims.push(await claimFor(tx, request, placesOf(choice).choice, operation))
  }
  if (claims.length === 0) return false
  const claimed = await deps.ledger.claim(tx, claims)
  if (claimed.kind === 'claimed') return false
  giveUpPlaces(deps, operation, requests)
  if (deps.lostClaims.lost(operation) >= CLAIM_TRIES) return true
  throw operationErrors.again({ why: 'a claim was lost' }, { detail: claimed.refusal })
}

/** Somebody else has what was decided on: the next decision is made on what the ledger says by then. */
function giveUpPlaces(deps: ConductorDeps, key: string, requests: readonly BuildRequest[]): void {
  deps.holds.drop(key)
  deps.view.invalidate()
  for (const { blueprint } of requests) if (blueprint.group !== null) deps.groups.forget(blueprint.group)
}

const notPlaced = (problem: Problem) => ({ attempt: 0, host: null, problem })
