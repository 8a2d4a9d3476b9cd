import type { Order } from '../order.ts'
import { destroyPayload, type DestroyPayload } from '../../rpc/orders/destroy.ts'
import { endGuest } from './end-guest.ts'

/** Removes the guest and what was plugged for it. */
export const destroy: Order<DestroyPayload> = {
  name: 'destroy',
  about: 'guest',
  payload: destroyPayload,
  ends: true,
  run: async (deps, command, { nics }) => {
    await endGuest(deps, command, nics)
    return null
  },
}
