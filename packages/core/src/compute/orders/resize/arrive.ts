import type { Order } from '../../order.ts'
import { facetFor } from './facet-for.ts'
import { resizeArrivePayload, type ResizeArrivePayload } from '../../../rpc/orders/resize.ts'
import { seeIt } from './see-it.ts'
import { spawnOrder } from '../spawn-order.ts'

/** Takes the disks up that were left, and makes the guest in its new size; it runs or not as before. */
export const resizeArrive: Order<ResizeArrivePayload> = {
  name: 'resize-arrive',
  about: 'guest',
  once: true,
  payload: resizeArrivePayload,
  run: async (deps, command, { guest, disks, powerOn }, signal) => {
    const resize = facetFor(deps)
    const order = await spawnOrder(deps, command, guest, signal, { powerOn, exists: true })
    await resize.arrive(order, disks as Readonly<Record<string, unknown>>)
    return seeIt(deps, order, powerOn)
  },
}
