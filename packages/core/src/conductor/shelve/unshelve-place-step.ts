import type { AtCell } from '../deps.ts'
import type { BuildRequest, Place } from '../../storage/global/build-requests.ts'
import type { ConsumerId, ImageId, OperationId } from '../../domain/ids.ts'
import type { GlobalTx } from '../../ports/storage.ts'
import type { InstanceRow } from '../../storage/cell/tables.ts'
import type { Json } from '../../domain/json.ts'
import type { UnshelveRequest } from '../../lifecycle/index.ts'
import type { UnshelveStep } from './unshelve-settle.ts'
import { claimFor } from '../create/claim.ts'
import { done, failed, uncrossOnce } from '../../saga/index.ts'
import { id } from '../../domain/ids.ts'
import { instanceRow } from '../../storage/cell/instances.ts'
import { isUnderWay } from './unshelve-settle.ts'
import { operationErrors } from '../../domain/operation/errors.ts'
import { ownerContext } from '../snapshot/request.ts'
import { placeAgain } from '../place-again.ts'
import { problemOf } from '../../domain/error.ts'
import { serverErrors } from '../../domain/server/errors.ts'
import { wantedAgain } from '../wanted-again.ts'

export const PLACE = 'place'

/** Finds a host in its cell and claims it. What it is to be made from must be there before that. */
export function placeStep(at: AtCell): UnshelveStep {
  const { deps, cell } = at
  return {
    name: PLACE,
    run: async ({ request, operation, now }) => {
      const row = await deps.cells.get(cell).read((tx) => instanceRow(tx, request.server))
      if (row === null || !isUnderWay(row, request)) {
        return failed(problemOf(serverErrors.changed_meanwhile({ server: request.server })))
      }
      await deps.images.get(ownerContext(request, operation), request.image ?? id<ImageId>('none'))
      const wanted = wantedFor(row, request, operation.id)
      const claim = async (tx: GlobalTx, place: Place): Promise<Place> => {
        const result = await deps.ledger.claim(tx, [await claimFor(tx, wanted, place, operation.id)])
        if (result.kind === 'claimed') return place
        throw operationErrors.again({ why: 'a claim was lost' }, { detail: result.refusal })
      }
      const answer = await placeAgain(at, { operation, now }, { step: PLACE, wanted, ignored: [], claim })
      return answer.kind === 'placed' ? done(answer.held as unknown as Json) : answer
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
