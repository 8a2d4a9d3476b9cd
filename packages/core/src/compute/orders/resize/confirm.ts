import type { Order } from '../../order.ts'
import { facetFor } from './facet-for.ts'
import { refOf } from '../ref-of.ts'
import { resizeConfirmPayload, type ResizeConfirmPayload } from '../../../rpc/orders/resize.ts'

/** Throws away what was kept of a guest that was resized on this host. The output is what the guest shows. */
export const resizeConfirm: Order<ResizeConfirmPayload> = {
  name: 'resize-confirm',
  about: 'guest',
  payload: resizeConfirmPayload,
  run: async (deps, command, { left }) => {
    await facetFor(deps).confirm({ ...refOf(command), epoch: left })
    return { power: await deps.hypervisor.power.state(refOf(command)) }
  },
}
