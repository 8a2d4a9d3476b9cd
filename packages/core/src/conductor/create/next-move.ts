import type { BuildMove } from './build-move.ts'
import type { BuildRequest, FailedAttempt, Place } from '../../storage/global/build-requests.ts'
import type { ConductorDeps } from '../deps.ts'
import type { CreateRequest } from './request.ts'
import type { Operation } from '../../domain/operation/operation.ts'
import type { Problem } from '../../domain/error.ts'
import type { StepContext } from '../../saga/index.ts'
import { attemptId } from './request.ts'
import { buryServer, digUp } from './bury.ts'
import { changeBuild, placeOf, removeBuildRequest } from '../../storage/global/build-requests.ts'
import { claimFor } from './claim.ts'
import { decideFor } from './decide.ts'
import { hasCode, problemOf } from '../../domain/error.ts'
import { id, type ConsumerId } from '../../domain/ids.ts'
import { instanceRow } from '../../storage/cell/instances.ts'
import { isOver, loadOperation } from '../../saga/index.ts'
import { operationErrors } from '../../domain/operation/errors.ts'
import { serverErrors } from '../../domain/server/errors.ts'
import { startAttempt } from './start-attempt.ts'

type Context = StepContext<CreateRequest>

/** What to do about one server now; null is "wait". Effects in cells happen here and may be repeated. */
export async function nextMove(
  deps: ConductorDeps,
  context: Context,
  request: BuildRequest,
): Promise<BuildMove | null> {
  const attempt = await attemptOf(deps, context, request)
  if (attempt === 'unknown') return null
  if (request.deleting) return attempt === 'none' || isOver(attempt.state) ? letGo(deps, context, request) : null
  if (request.choice === null) return giveUp(deps, context, request, lastProblem(request))
  if (attempt === 'none') return startAttempt(deps, context, request, request.choice)
  if (!isOver(attempt.state)) return null
  if (attempt.state === 'done') return (tx) => removed(removeBuildRequest(tx, request.server))
  return afterFailure(deps, context, request, request.choice, attempt.problem ?? unexplained)
}

/** The operation of the present attempt; 'unknown' while its cell does not answer. */
async function attemptOf(
  deps: ConductorDeps,
  context: Context,
  request: BuildRequest,
): Promise<Operation | 'none' | 'unknown'> {
  const { choice } = request
  if (choice === null) return 'none'
  const operation = attemptId(context.operation.id, request.server, request.attempt)
  try {
    return (await deps.cells.get(choice.cell).read((tx) => loadOperation(tx, operation))) ?? 'none'
  } catch (error) {
    if (hasCode(error, 'cell.unavailable')) return 'unknown'
    throw error
  }
}

async function afterFailure(
  deps: ConductorDeps,
  context: Context,
  request: BuildRequest,
  place: Place,
  problem: Problem,
): Promise<BuildMove> {
  // Deleted while it stood in the cell: the delete operation there goes on from here.
  if (await standsIn(deps, request, place)) return (tx) => removed(removeBuildRequest(tx, request.server))
  const failures = [...request.failures, { attempt: request.attempt, host: place.host, problem }]
  const failed = { ...request, failures }
  if (problem.help === 'never') return giveUp(deps, context, failed, problem)
  const tooMany = request.attempt >= deps.maxAttempts
  const tooLate = context.operation.deadline !== null && context.operation.deadline < context.now
  const places = tooMany || tooLate ? [] : await furtherPlaces(deps, context, failed)
  if (places.length > 0) return (tx) => tryNext(tx, deps, context, failed, places)
  return giveUp(deps, context, failed, buildFailed(failures))
}

async function standsIn(deps: ConductorDeps, request: BuildRequest, place: Place): Promise<boolean> {
  return (await deps.cells.get(place.cell).read((tx) => instanceRow(tx, request.server))) !== null
}

/** The alternates of the last decision; when they are used up, a new decision without the hosts that failed. */
async function furtherPlaces(deps: ConductorDeps, context: Context, request: BuildRequest): Promise<readonly Place[]> {
  if (request.alternates.length > 0) return request.alternates
  const ignored = request.failures.flatMap(({ host }) => (host === null ? [] : [host]))
  const seed = `${context.operation.id}/${request.server}/${request.attempt}`
  const decision = await decideFor(deps, [request], ignored, { key: `${context.operation.id}/${request.server}`, seed })
  const [choice] = decision.choices
  return choice === undefined ? [] : [choice.chosen, ...choice.alternates].map(placeOf)
}

async function tryNext(
  tx: Parameters<BuildMove>[0],
  deps: ConductorDeps,
  context: Context,
  request: BuildRequest & { readonly failures: readonly FailedAttempt[] },
  places: readonly Place[],
): Promise<void> {
  for (const [index, place] of places.entries()) {
    const claimed = await deps.ledger.claim(tx, [await claimFor(tx, request, place, context.operation.id)])
    if (claimed.kind === 'refused') continue
    const alternates = places.slice(index + 1)
    const progress = { attempt: request.attempt + 1, choice: place, alternates, failures: request.failures }
    tx.afterCommit(() => deps.assumptions.forget(`${context.operation.id}/${request.server}`))
    if (await changeBuild(tx, request, progress)) return
    throw operationErrors.again({ why: 'the server is being deleted' })
  }
  throw operationErrors.again({ why: 'every further place was taken' })
}

/** The server is shown in error, in cell0, with what went wrong; what it held is given back. */
async function giveUp(
  deps: ConductorDeps,
  context: Context,
  request: BuildRequest,
  problem: Problem,
): Promise<BuildMove> {
  const finish = await buryServer(deps, context.operation, request, problem)
  return async (tx) => {
    await finish(tx)
    await deps.ledger.release(tx, [id<ConsumerId>(request.server)])
  }
}

/** Deleted before it stood anywhere: once its build request is gone, the delete operation goes on. */
async function letGo(deps: ConductorDeps, context: Context, request: BuildRequest): Promise<BuildMove> {
  await digUp(deps, context.operation, request)
  return async (tx) => {
    await deps.ledger.release(tx, [id<ConsumerId>(request.server)])
    await removeBuildRequest(tx, request.server)
  }
}

const unexplained: Problem = problemOf(serverErrors.build_failed({ attempts: 1 }))

function lastProblem(request: BuildRequest): Problem {
  return request.failures.at(-1)?.problem ?? unexplained
}

function buildFailed(failures: readonly FailedAttempt[]): Problem {
  return problemOf(serverErrors.build_failed({ attempts: failures.length }, { detail: failures }))
}

async function removed(removal: Promise<boolean>): Promise<void> {
  await removal
}
