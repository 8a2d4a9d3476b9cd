import type { AtCell, ConductorDeps } from '../deps.ts'
import type { BuildRequest, Place } from '../../storage/global/build-requests.ts'
import type { ConsumerId, ImageId, OperationId } from '../../domain/ids.ts'
import type { InstanceRow } from '../../storage/cell/tables.ts'
import type { Json } from '../../domain/json.ts'
import type { UnshelveRequest } from '../../lifecycle/index.ts'
import type { UnshelveStep } from './unshelve-settle.ts'
import { claimFor } from '../create/claim.ts'
import { crossOnce, done, failed, uncrossOnce } from '../../saga/index.ts'
import { decideFor } from '../create/decide.ts'
import { id } from '../../domain/ids.ts'
import { instanceRow } from '../../storage/cell/instances.ts'
import { isUnderWay } from './unshelve-settle.ts'
import { later, millis } from '../../domain/unit/units.ts'
import { noValidHost } from '../create/no-valid-host.ts'
import { operationErrors } from '../../domain/operation/errors.ts'
import { ownerContext } from '../snapshot/request.ts'
import { placeOf } from '../../storage/global/build-requests.ts'
import { problemOf } from '../../domain/error.ts'
import { serverErrors } from '../../domain/server/errors.ts'
import { wantedAgain } from '../wanted-again.ts'

export const PLACE = 'place'

/** Finds a host in its cell and claims it. What it is to be made from must be there before that. */
export function placeStep({ deps, cell }: AtCell): UnshelveStep {
  return {
    name: PLACE,
    run: async ({ request, operation, now }) => {
      const row = await deps.cells.get(cell).read((tx) => instanceRow(tx, request.server))
      if (row === null || !isUnderWay(row, request)) {
        return failed(problemOf(serverErrors.changed_meanwhile({ server: request.server })))
      }
      await deps.images.get(ownerContext(request, operation), request.image ?? id<ImageId>('none'))
      const wanted = wantedFor(row, request, operation.id)
      const occasion = { key: operation.id, seed: `${operation.id}/${operation.tries}`, cell }
      const decision = await decideFor(deps, [wanted], [], occasion)
      if (decision.kind === 'refused') {
        if (deps.view.uncertain()) return { kind: 'parked', until: later(now, deps.timing.lookEvery) }
        return failed(noValidHost(decision))
      }
      const [choice] = decision.choices
      if (choice === undefined) throw new RangeError('a server was placed nowhere')
      const place = placeOf(choice.chosen)
      const isClaimed = await claim(deps, wanted, place, operation.id)
      return isClaimed === null ? { kind: 'retry', after: millis(50) } : done(isClaimed)
    },
    undo: async ({ request, operation }) => {
      await deps.global.write((tx) =>
        uncrossOnce(tx, operation.id, PLACE, async (placed) => {
          if (placed !== null) await deps.ledger.release(tx, [id<ConsumerId>(request.server)])
        }),
      )
      deps.holds.drop(operation.id)
      return done()
    },
  }
}

/** Its zone is another from now on, where that was asked for. */
function wantedFor(row: InstanceRow, { host, zone }: UnshelveRequest, operation: OperationId): BuildRequest {
  const wanted = wantedAgain(row, operation, host)
  return zone === null ? wanted : { ...wanted, blueprint: { ...wanted.blueprint, zone: zone.to } }
}

/** @returns where it is; null where somebody else has what was decided on */
async function claim(
  deps: ConductorDeps,
  wanted: BuildRequest,
  place: Place,
  operation: OperationId,
): Promise<Json | null> {
  try {
    const output = await deps.global.write((tx) =>
      crossOnce(tx, operation, PLACE, async () => {
        const result = await deps.ledger.claim(tx, [await claimFor(tx, wanted, place, operation)])
        if (result.kind === 'claimed') return place as unknown as Json
        throw operationErrors.again({ why: 'a claim was lost' }, { detail: result.refusal })
      }),
    )
    deps.holds.claimed(operation)
    return output
  } catch (error) {
    if (problemOf(error).code !== 'operation.again') throw error
    deps.holds.drop(operation)
    deps.view.invalidate()
    if (wanted.blueprint.group !== null) deps.groups.forget(wanted.blueprint.group)
    return null
  }
}
