import type { Order } from '../../order.ts'
import { facetFor } from './facet-for.ts'
import { resizeCheckPayload, type ResizeCheckPayload } from '../../../rpc/orders/resize.ts'
import { spawnOrder } from '../spawn-order.ts'

/** May the guest move like this? What is refused here has changed nothing. */
export const resizeCheck: Order<ResizeCheckPayload> = {
  name: 'resize-check',
  about: 'guest',
  payload: resizeCheckPayload,
  run: async (deps, command, { guest, to }, signal) => {
    const resize = facetFor(deps)
    await resize.check(await spawnOrder(deps, command, guest, signal, { exists: true, plug: false }), to)
    return null
  },
}
