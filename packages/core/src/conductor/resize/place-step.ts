import type { AtCell, ConductorDeps } from '../deps.ts'
import type { BuildRequest, Place } from '../../storage/global/build-requests.ts'
import type { OperationId, ProjectId, UserId } from '../../domain/ids.ts'
import type { GlobalTx } from '../../ports/storage.ts'
import type { InstanceRow } from '../../storage/cell/tables.ts'
import type { Mover } from './claims.ts'
import type { Placed, ResizeStep } from './request.ts'
import type { ResizeRequest } from '../../lifecycle/index.ts'
import { asJson, quotaOf } from './request.ts'
import { changeMigration } from '../../storage/cell/migrations-of.ts'
import { charge, keepOnly } from '../../storage/global/quotas.ts'
import { done, failed, uncrossOnce } from '../../saga/index.ts'
import { hostsWithDeadOf } from '../../storage/cell/tombstones.ts'
import { id } from '../../domain/ids.ts'
import { instanceRow } from '../../storage/cell/instances.ts'
import { isThere, isUnderWay } from './standing.ts'
import { placeAgain } from '../place-again.ts'
import { problemOf } from '../../domain/error.ts'
import { serverErrors } from '../../domain/server/errors.ts'
import { leftOf, takeBack, takeOver } from './claims.ts'
import { wantedAgain } from '../wanted-again.ts'

const STEP = 'place'

/**
 * Finds a host in the same cell for the server in its new size, and claims it together with the quota that it takes
 * more. What the server held is the migration's from then on, for going back.
 */
export function placeStep(at: AtCell): ResizeStep {
  const { deps, cell } = at
  return {
    name: STEP,
    run: async ({ request, operation, now }) => {
      const { row, dead } = await deps.cells.get(cell).read(async (tx) => ({
        row: await instanceRow(tx, request.server),
        dead: await hostsWithDeadOf(tx, request.server),
      }))
      if (row === null || !isUnderWay(row, request)) {
        return failed(problemOf(serverErrors.changed_meanwhile({ server: request.server })))
      }
      const wanted = inItsNewSize(row, request, operation.id)
      // A host that has not said yet that its old guest is gone would find it in the way of the new one.
      const ignored = request.mayStay ? dead : [request.source.host, ...dead]
      const mover: Mover = { server: request.server, migration: request.migration, wanted }
      const claim = async (tx: GlobalTx, place: Place): Promise<Placed> => {
        await chargeGrowth(tx, request, row, operation.id)
        return { place, left: await takeOver(tx, deps, mover, sourceOf(request, place), place, operation.id) }
      }
      const answer = await placeAgain(at, { operation, now }, { step: STEP, wanted, ignored, claim })
      if (answer.kind !== 'placed') return answer
      const { host, node } = answer.held.place
      return done(asJson(answer.held), (tx) =>
        changeMigration(tx, request.migration, { status: 'pre-migrating', destination: { host, node } }),
      )
    },
    undo: async ({ request, operation }) => {
      const row = await deps.cells.get(cell).read((tx) => instanceRow(tx, request.server))
      await deps.global.write((tx) =>
        uncrossOnce(tx, operation.id, STEP, async (placed) => {
          if (placed === null || row === null) return
          await giveUp(tx, deps, request, row, operation.id)
        }),
      )
      return done()
    },
  }
}

function inItsNewSize(
  row: InstanceRow,
  { flavors, requestedHost }: ResizeRequest,
  operation: OperationId,
): BuildRequest {
  const wanted = wantedAgain(row, operation, requestedHost)
  return { ...wanted, blueprint: { ...wanted.blueprint, flavor: flavors.after } }
}

/** What it becomes smaller by stays charged until it is confirmed: it may go back. */
async function chargeGrowth(
  tx: GlobalTx,
  { server, flavors }: ResizeRequest,
  row: InstanceRow,
  operation: OperationId,
): Promise<void> {
  const [before, after] = [quotaOf(flavors.before), quotaOf(flavors.after)]
  const amounts = { cores: Math.max(0, after.cores - before.cores), ram: Math.max(0, after.ram - before.ram) }
  const payer = { project: id<ProjectId>(row.project), user: id<UserId>(row.user) }
  await charge(tx, { ...payer, subject: server, operation, amounts })
}

/** The place that is left: of it the claim needs no more than where it is. */
const sourceOf = ({ source }: ResizeRequest, place: Place): Place => ({ ...place, ...source, allocations: {} })

/** Whoever overtook it where it goes to finds it there, in its new size; otherwise it is where it was. */
async function giveUp(
  tx: GlobalTx,
  deps: ConductorDeps,
  request: ResizeRequest,
  row: InstanceRow,
  operation: OperationId,
): Promise<void> {
  const { server, migration, flavors } = request
  if (isThere(row, request)) return keepOnly(tx, server, quotaOf(flavors.after))
  const undo = id<OperationId>(`${operation}/undo`)
  const mover: Mover = { server, migration, wanted: wantedAgain(row, undo, null) }
  await takeBack(tx, deps, mover, await leftOf(tx, deps, { id: migration, source: request.source }), undo, false)
  await keepOnly(tx, server, quotaOf(flavors.before))
}
