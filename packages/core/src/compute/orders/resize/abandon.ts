import type { DestroyPayload } from '../../../rpc/orders/destroy.ts'
import type { Order } from '../../order.ts'
import { destroyPayload } from '../../../rpc/orders/destroy.ts'
import { refOf } from '../ref-of.ts'
import { seeItGone } from '../end-guest.ts'

/**
 * Removes a guest that has arrived from another host, or what there is of it. Unlike `destroy` it spares what the host
 * that was left keeps for going back, which a file system may show here too.
 */
export const resizeAbandon: Order<DestroyPayload> = {
  name: 'resize-abandon',
  about: 'guest',
  payload: destroyPayload,
  ends: true,
  run: async (deps, command, { nics }) => {
    // Nothing can have arrived where nothing can arrive.
    await deps.hypervisor.resize?.abandon(refOf(command))
    await seeItGone(deps, command, nics)
    return null
  },
}
