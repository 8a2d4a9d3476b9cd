import type { Order } from '../order.ts'
import { destroyPayload, type DestroyPayload } from '../../rpc/orders/destroy.ts'

/** Removes the guest and what was plugged for it. */
export const destroy: Order<DestroyPayload> = {
  name: 'destroy',
  payload: destroyPayload,
  ends: true,
  run: async ({ hypervisor, networks }, { server, node, epoch }, { nics }) => {
    await hypervisor.destroy({ server, node, epoch }, {})
    await networks.unplug(server, nics)
    return null
  },
}
