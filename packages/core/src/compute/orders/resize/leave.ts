import type { Json } from '../../../domain/json.ts'
import type { Order } from '../../order.ts'
import { expectPower } from '../act/expect-power.ts'
import { facetFor } from './facet-for.ts'
import { resizeLeavePayload, type ResizeLeavePayload } from '../../../rpc/orders/resize.ts'
import { unplugAll } from '../end-guest.ts'
import { spawnOrder } from '../spawn-order.ts'

/**
 * Stops the guest and puts its disks where the destination can take them; where that is another host, its volumes are
 * let go and its NICs unplugged here. The output is what the destination must know of the disks.
 */
export const resizeLeave: Order<ResizeLeavePayload> = {
  name: 'resize-leave',
  about: 'guest',
  once: true,
  payload: resizeLeavePayload,
  run: async (deps, command, { guest, destination }, signal) => {
    const resize = facetFor(deps)
    const order = await spawnOrder(deps, command, guest, signal, { exists: true, plug: false })
    const { disks } = await resize.leave(order, destination)
    await expectPower(deps, command, 'shutdown', 'crashed')
    if (destination !== deps.host) {
      await deps.held.letGoAll(command)
      await unplugAll(deps, command, guest.nics)
    }
    return disks as Json
  },
}
