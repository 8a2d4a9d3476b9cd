import type { BuildRequest, Place } from '../../storage/global/build-requests.ts'
import type { Claim } from '../../domain/placement/claim.ts'
import type { ConsumerId, OperationId, ProviderId } from '../../domain/ids.ts'
import type { AtCell, ConductorDeps } from '../deps.ts'
import type { EvacuationStep, Placed } from './request.ts'
import type { EvacuationRequest } from '../../lifecycle/index.ts'
import type { GlobalTx } from '../../ports/storage.ts'
import type { InstanceRow } from '../../storage/cell/tables.ts'
import type { Resources } from '../../domain/request-spec/request-spec.ts'
import { asJson } from './request.ts'
import { claimFor } from '../create/claim.ts'
import { done, failed, uncrossOnce, type Failed, type Parked } from '../../saga/index.ts'
import { id } from '../../domain/ids.ts'
import { instanceRow } from '../../storage/cell/instances.ts'
import { hostIsDown } from '../host-is-down.ts'
import { isAlive } from './is-alive.ts'
import { later, type Instant } from '../../domain/unit/units.ts'
import { isUnderWay } from './settle.ts'
import { operationErrors } from '../../domain/operation/errors.ts'
import { placeAgain } from '../place-again.ts'
import { problemOf } from '../../domain/error.ts'
import { serverErrors } from '../../domain/server/errors.ts'
import { wantedAgain } from '../wanted-again.ts'

const STEP = 'place'

/**
 * Finds another host in the same cell and claims it; what the server held where it was is the migration's from then
 * on, until that host has shown that nothing is left there.
 */
export function placeStep(at: AtCell): EvacuationStep {
  const { deps, cell } = at
  return {
    name: STEP,
    run: async ({ request, operation, now }) => {
      const row = await deps.cells.get(cell).read((tx) => instanceRow(tx, request.server))
      if (row === null || !isUnderWay(row, request)) {
        return failed(problemOf(serverErrors.changed_meanwhile({ server: request.server })))
      }
      const source = await sourceStanding(at, request, now)
      if (source !== null) return source
      const wanted = wantedAgain(row, operation.id, request.requestedHost)
      const ignored = request.source === null ? [] : [request.source.host]
      const claim = (tx: GlobalTx, place: Place): Promise<Placed> =>
        claimIn(tx, deps, request, wanted, place, operation.id)
      const answer = await placeAgain(at, { operation, now }, { step: STEP, wanted, ignored, claim })
      return answer.kind === 'placed' ? done(asJson(answer.held)) : answer
    },
    undo: async ({ request, operation }) => {
      const row = await deps.cells.get(cell).read((tx) => instanceRow(tx, request.server))
      await deps.global.write((tx) =>
        uncrossOnce(tx, operation.id, STEP, async (placed) => {
          if (placed !== null) {
            await takeBack(tx, deps, request, row, operation.id, placed as unknown as Placed)
          }
        }),
      )
      return done()
    },
  }
}

/** Nothing is done to a server on a host that lives; one that may yet be heard of is waited for. */
async function sourceStanding(
  at: AtCell,
  { server, source }: EvacuationRequest,
  now: Instant,
): Promise<Failed | Parked<'cell'> | null> {
  if (source === null) return null
  const { host } = source
  if (await isAlive(at, host)) return failed(problemOf(serverErrors.host_is_up({ server, host })))
  if (await hostIsDown(at, host)) return null
  return { kind: 'parked', until: later(now, at.deps.timing.lookEvery) }
}

/** @throws `operation.again` where there is no room any more; nothing was claimed then */
async function claimIn(
  tx: GlobalTx,
  deps: ConductorDeps,
  request: EvacuationRequest,
  wanted: BuildRequest,
  place: Place,
  operation: OperationId,
): Promise<Placed> {
  const held = await deps.ledger.allocationsOf(tx, [id<ConsumerId>(request.server)])
  const mine = await claimFor(tx, wanted, place, operation)
  const left = Object.fromEntries(held.map(({ provider, resources }) => [provider, resources]))
  const claims = held.length === 0 ? [mine] : [mine, migrationClaim(mine, request, left)]
  const both = await deps.ledger.claim(tx, claims)
  if (both.kind === 'claimed') return { place, left }
  // A host that is gone for good holds nothing that could be kept for it.
  const alone = both.refusal.consumer === id<ConsumerId>(request.migration) ? await deps.ledger.claim(tx, [mine]) : both
  if (alone.kind === 'claimed') return { place, left: {} }
  throw operationErrors.again({ why: 'a claim was lost' }, { detail: alone.refusal })
}

function migrationClaim(
  mine: Claim,
  { migration }: EvacuationRequest,
  left: Readonly<Record<string, Resources>>,
): Claim {
  const allocations = new Map(Object.entries(left) as [ProviderId, Resources][])
  return { ...mine, consumer: id<ConsumerId>(migration), consumerType: 'MIGRATION', allocations, guards: [] }
}

/** Before its host was given up the server has back what it held there; after that it is nowhere, and holds nothing. */
async function takeBack(
  tx: GlobalTx,
  deps: ConductorDeps,
  request: EvacuationRequest,
  row: InstanceRow | null,
  operation: OperationId,
  { left }: Placed,
): Promise<void> {
  const [server, migration] = [id<ConsumerId>(request.server), id<ConsumerId>(request.migration)]
  if (row !== null && row.epoch > request.epoch) return deps.ledger.release(tx, [server])
  const goes = row === null || row.deleted_at !== null || row.task_state === 'deleting'
  if (goes || request.source === null || Object.keys(left).length === 0) {
    return deps.ledger.release(tx, [server, migration])
  }
  const wanted = wantedAgain(row, operation, request.requestedHost)
  const there = { ...request.source, allocations: left } as unknown as Place
  const mine = await claimFor(tx, wanted, there, id<OperationId>(`${operation}/undo`))
  const nothing = { ...migrationClaim(mine, request, {}), operation: mine.operation }
  const back = await deps.ledger.claim(tx, [mine, nothing])
  if (back.kind === 'claimed') return
  // Its group may have settled elsewhere meanwhile: the server is where it was all the same.
  const freely = await deps.ledger.claim(tx, [{ ...mine, guards: [] }, nothing])
  if (freely.kind === 'refused') {
    throw operationErrors.again({ why: 'its old place was taken' }, { detail: freely.refusal })
  }
}
