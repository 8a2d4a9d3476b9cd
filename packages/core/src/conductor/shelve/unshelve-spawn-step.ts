import type { AtCell } from '../deps.ts'
import type { UnshelveStep } from './unshelve-settle.ts'
import { id, type ImageId } from '../../domain/ids.ts'
import { isUnderWay, settleAsDone } from './unshelve-settle.ts'
import { ownerContext } from '../snapshot/request.ts'
import { spawnAnew } from '../spawn-anew.ts'

/** The new host makes the guest from the image of its disk, with the addresses that it had. */
export function spawnStep(at: AtCell): UnshelveStep {
  const { ids, images } = at.deps
  return spawnAnew(at, {
    isUnderWay,
    besides: async (request, operation) => ({
      image: await images.get(ownerContext(request, operation), request.image ?? id<ImageId>('none')),
    }),
    settleAsDone: (tx, operation, request) => settleAsDone(tx, ids, operation, request),
  })
}
