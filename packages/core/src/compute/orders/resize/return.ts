import type { GuestCommand } from '../../../domain/operation/command.ts'
import type { Guest, SpawnOrder } from '../../../ports/hypervisor.ts'
import type { Order } from '../../order.ts'
import type { OrderDeps } from '../../deps.ts'
import { facetFor } from './facet-for.ts'
import { resizeReturnPayload, type ResizeReturnPayload } from '../../../rpc/orders/resize.ts'
import { seeIt } from './see-it.ts'
import { spawnOrder } from '../spawn-order.ts'

/**
 * Has the guest as it was before its move, however far that had come: what has arrived on this very host is thrown
 * away, a leaving that stands half-way is finished, and then it comes back, at the command's epoch.
 */
export const resizeReturn: Order<ResizeReturnPayload> = {
  name: 'resize-return',
  about: 'guest',
  payload: resizeReturnPayload,
  run: async (deps, command, { guest, arrived, powerOn }, signal) => {
    const resize = facetFor(deps)
    const order = await spawnOrder(deps, command, guest, signal, { powerOn, exists: true })
    if (!(await isBack(deps, command))) await makeItHaveLeft(deps, order, arrived)
    await resize.revert(order)
    return seeIt(deps, order, powerOn)
  },
}

async function isBack(deps: OrderDeps, { server, epoch }: GuestCommand): Promise<boolean> {
  return (await guestsOf(deps, server)).some((guest) => guest.epoch >= epoch)
}

async function makeItHaveLeft(deps: OrderDeps, order: SpawnOrder, arrived: number | null): Promise<void> {
  const resize = facetFor(deps)
  if (arrived !== null) await resize.abandon({ ...order, epoch: arrived })
  const [old] = await guestsOf(deps, order.server)
  // A hypervisor may show nothing of a guest that has left.
  if (old !== undefined) await resize.leave({ ...order, epoch: old.epoch }, deps.host)
}

async function guestsOf({ hypervisor }: OrderDeps, server: string): Promise<readonly Guest[]> {
  return (await hypervisor.list()).filter((guest) => guest.server === server)
}
