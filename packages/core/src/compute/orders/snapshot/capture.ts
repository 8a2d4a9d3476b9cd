import type { GuestOrder } from '../../order.ts'
import { capturePayload, type CapturePayload } from '../../../rpc/orders/snapshot.ts'
import { facet } from '../act/facet.ts'
import { refOf } from '../ref-of.ts'

/** Again finds the file; so nobody feels it twice, and one that has failed is asked for again. */
export const captureSnapshot: GuestOrder<CapturePayload> = {
  name: 'snapshot-capture',
  about: 'guest',
  payload: capturePayload,
  run: async ({ hypervisor }, command, { key, format }, signal) => {
    await facet(hypervisor, 'snapshot', 'make an image of a guest').capture(refOf(command), key, format, signal)
    return null
  },
}
