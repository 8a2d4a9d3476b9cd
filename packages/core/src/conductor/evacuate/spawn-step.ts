import type { AtCell } from '../deps.ts'
import type { EvacuationStep } from './request.ts'
import { isUnderWay, settleAsDone } from './settle.ts'
import { spawnAnew } from '../spawn-anew.ts'

/** The new host makes the guest, from the image: what was on the disks of the old one is lost with it. */
export function spawnStep(at: AtCell): EvacuationStep {
  return spawnAnew(at, {
    isUnderWay,
    besides: async ({ landsAs }) => ({ powerOn: landsAs === 'active' }),
    settleAsDone: (tx, operation, request) => settleAsDone(tx, at.deps.ids, operation, request),
  })
}
