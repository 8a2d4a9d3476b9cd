import type { GuestOrder } from '../../order.ts'
import { discardPayload, type DiscardPayload } from '../../../rpc/orders/snapshot.ts'
import { facet } from '../act/facet.ts'
import { refOf } from '../ref-of.ts'

export const discardSnapshot: GuestOrder<DiscardPayload> = {
  name: 'snapshot-discard',
  about: 'guest',
  // What has overtaken the snapshot does not need its file.
  late: true,
  payload: discardPayload,
  run: async ({ hypervisor }, command, { key }) => {
    await facet(hypervisor, 'snapshot', 'make an image of a guest').discard(refOf(command), key)
    return null
  },
}
