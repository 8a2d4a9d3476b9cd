import type { AttemptStanding } from './standings.ts'
import type { BuildMove, NextMove } from './build-move.ts'
import type { BuildProgress, BuildRequest, FailedAttempt, Place } from '../../storage/global/build-requests.ts'
import type { ConductorDeps } from '../deps.ts'
import type { CreateRequest } from './request.ts'
import type { GlobalTx } from '../../ports/storage.ts'
import type { Problem } from '../../domain/error.ts'
import type { StepContext } from '../../saga/index.ts'
import { buryServer, digUp } from './bury.ts'
import { changeBuild, placeOf, removeBuildRequest } from '../../storage/global/build-requests.ts'
import { CLAIM_TRIES, claimFor } from './claim.ts'
import { decideFor } from './decide.ts'
import { finish, goOn } from './build-move.ts'
import { forget } from '../delete/release-steps.ts'
import { hasCode, problemOf } from '../../domain/error.ts'
import { id, type ConsumerId } from '../../domain/ids.ts'
import { instanceRow } from '../../storage/cell/instances.ts'
import { isOver } from '../../saga/index.ts'
import { operationErrors } from '../../domain/operation/errors.ts'
import { serverErrors } from '../../domain/server/errors.ts'
import { startAttempt } from './start-attempt.ts'
import { tombstonesOn } from '../../storage/cell/tombstones.ts'

type Context = StepContext<CreateRequest>

/** What to do about one server now. Effects in cells happen here and may be repeated. */
export async function nextMove(
  deps: ConductorDeps,
  context: Context,
  request: BuildRequest,
  attempt: AttemptStanding,
): Promise<NextMove> {
  try {
    return await moveOf(deps, context, request, attempt)
  } catch (error) {
    // One cell that is down holds up its own servers, and not those that were asked for together with them.
    if (hasCode(error, 'cell.unavailable') || hasCode(error, 'operation.again')) return 'wait'
    throw error
  }
}

async function moveOf(
  deps: ConductorDeps,
  context: Context,
  request: BuildRequest,
  attempt: AttemptStanding,
): Promise<NextMove> {
  if (attempt === 'unknown') return 'wait'
  if (request.deleting) return attempt === 'none' || isOver(attempt.state) ? letGo(deps, context, request) : 'wait'
  if (request.choice === null) return giveUp(deps, context, request)
  if (attempt === 'none') return begin(deps, context, request, request.choice)
  if (!isOver(attempt.state)) return 'wait'
  if (attempt.state === 'done') return forgotten(request)
  return afterFailure(deps, context, request, request.choice, attempt.problem ?? unexplained)
}

async function begin(deps: ConductorDeps, context: Context, request: BuildRequest, place: Place): Promise<NextMove> {
  try {
    return (await startAttempt(deps, context, request, place)) ? 'wait' : 'look'
  } catch (error) {
    // Deleted in an earlier attempt: the delete operation in the cell goes on from here.
    if (hasCode(error, 'server.deleted_meanwhile')) return forgotten(request)
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
  const left = await leftAt(deps, request, place)
  // Deleted while it stood in the cell: the delete operation there goes on from here.
  if (left === 'server') return forgotten(request)
  const failures = [...request.failures, { attempt: request.attempt, host: place.host, problem }]
  if (problem.help === 'never') return goOn((tx) => abandon(tx, request, failures, problem))
  const places =
    left === 'guest' || isEnough(deps, context, request) ? [] : await furtherPlaces(deps, context, request, failures)
  if (places.length > 0) return goOn((tx) => tryNext(tx, deps, context, request, failures, places))
  return goOn((tx) => abandon(tx, request, failures, buildFailed(failures)))
}

/**
 * What an attempt left behind: the server, which is being deleted; perhaps a guest, on a host that could not be asked
 * (as long as nobody knows, it is built nowhere else, lest it run twice); or nothing.
 */
async function leftAt(
  deps: ConductorDeps,
  request: BuildRequest,
  place: Place,
): Promise<'server' | 'guest' | 'nothing'> {
  return deps.cells.get(place.cell).read(async (tx) => {
    if ((await instanceRow(tx, request.server)) !== null) return 'server'
    const buried = (await tombstonesOn(tx, place.host)).get(request.server) ?? 0
    return buried >= request.attempt ? 'guest' : 'nothing'
  })
}

function isEnough(deps: ConductorDeps, { operation, now }: Context, request: BuildRequest): boolean {
  const tooLate = operation.deadline !== null && operation.deadline < now
  return tooLate || request.attempt >= deps.maxAttempts
}

/** The alternates of the last decision; when they are used up, a new decision without the hosts that failed. */
async function furtherPlaces(
  deps: ConductorDeps,
  context: Context,
  request: BuildRequest,
  failures: readonly FailedAttempt[],
): Promise<readonly Place[]> {
  if (request.alternates.length > 0) return request.alternates
  const ignored = failures.flatMap(({ host }) => (host === null ? [] : [host]))
  const seed = `${context.operation.id}/${request.server}/${request.attempt}`
  const decision = await decideFor(deps, [request], ignored, { key: keyOf(context, request), seed })
  const [choice] = decision.choices
  if (choice === undefined && deps.view.uncertain()) throw operationErrors.again({ why: 'hosts may yet be heard of' })
  return choice === undefined ? [] : [choice.chosen, ...choice.alternates].map(placeOf)
}

/** Under which a server's own decisions are known in this process. */
const keyOf = ({ operation }: Context, { server }: BuildRequest): string => `${operation.id}/${server}`

async function tryNext(
  tx: GlobalTx,
  deps: ConductorDeps,
  context: Context,
  request: BuildRequest,
  failures: readonly FailedAttempt[],
  places: readonly Place[],
): Promise<void> {
  for (const [index, place] of places.entries()) {
    const claimed = await deps.ledger.claim(tx, [await claimFor(tx, request, place, context.operation.id)])
    if (claimed.kind === 'refused') continue
    const alternates = places.slice(index + 1)
    tx.afterCommit(() => {
      deps.holds.claimed(keyOf(context, request))
      deps.lostClaims.forget(keyOf(context, request))
    })
    return progress(tx, request, { attempt: request.attempt + 1, choice: place, alternates, failures })
  }
  if (request.alternates.length > 0) return progress(tx, request, { ...request, alternates: [] })
  // A new decision that loses its claims is made again, with what the ledger says by then.
  const key = keyOf(context, request)
  deps.holds.drop(key)
  deps.view.invalidate()
  if (request.blueprint.group !== null) deps.groups.forget(request.blueprint.group)
  if (deps.lostClaims.lost(key) < CLAIM_TRIES) throw operationErrors.again({ why: 'every further place was taken' })
  tx.afterCommit(() => deps.lostClaims.forget(key))
  return abandon(tx, request, failures, buildFailed(failures))
}

/**
 * That a server is given up is written down before anything is done about it: whoever goes on from there does the same,
 * even if there were room by then.
 */
function abandon(
  tx: GlobalTx,
  request: BuildRequest,
  failures: readonly FailedAttempt[],
  problem: Problem,
): Promise<void> {
  const verdict = { attempt: request.attempt, host: null, problem }
  return progress(tx, request, {
    attempt: request.attempt,
    choice: null,
    alternates: [],
    failures: [...failures, verdict],
  })
}

async function progress(tx: GlobalTx, request: BuildRequest, after: BuildProgress): Promise<void> {
  if (!(await changeBuild(tx, request, after))) throw operationErrors.again({ why: 'the server is being deleted' })
}

/** The server is shown in error, in cell0, with what went wrong; what it held is given back. */
async function giveUp(deps: ConductorDeps, context: Context, request: BuildRequest): Promise<BuildMove> {
  const shown = await buryServer(deps, context.operation, request, lastProblem(request))
  return finish(async (tx) => {
    await shown(tx)
    await deps.ledger.release(tx, [id<ConsumerId>(request.server)])
  })
}

/**
 * Deleted before it stood anywhere: once its build request is gone, the delete operation goes on. Its address goes with
 * the request, and its quota: whoever does not find it any more has its place.
 */
async function letGo(deps: ConductorDeps, context: Context, request: BuildRequest): Promise<BuildMove> {
  await digUp(deps, context.operation, request)
  return finish((tx) => forget(tx, deps, request.server))
}

const unexplained: Problem = problemOf(serverErrors.build_failed({ attempts: 1 }))

function lastProblem(request: BuildRequest): Problem {
  return request.failures.at(-1)?.problem ?? unexplained
}

function buildFailed(failures: readonly FailedAttempt[]): Problem {
  return problemOf(serverErrors.build_failed({ attempts: failures.length }, { detail: failures }))
}

/** The build request has done its work. */
function forgotten({ server }: BuildRequest): BuildMove {
  return finish(async (tx) => void (await removeBuildRequest(tx, server)))
}
