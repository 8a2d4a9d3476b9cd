import type { GuestActionPayload } from '../../../rpc/orders/guest-action.ts'
import type { Order } from '../../order.ts'
import { expectPower, refOf } from './expect-power.ts'
import { facet } from './facet.ts'
import { plainPayload } from '../../../rpc/orders/guest-action.ts'

/** Stops the guest's processors; its memory stays. */
export const pause: Order<GuestActionPayload> = {
  name: 'pause',
  about: 'guest',
  once: true,
  payload: plainPayload,
  run: async (deps, command) => {
    await facet(deps.hypervisor, 'pause', 'pause a guest').pause(refOf(command))
    return expectPower(deps, command, 'paused')
  },
}

export const unpause: Order<GuestActionPayload> = {
  name: 'unpause',
  about: 'guest',
  once: true,
  payload: plainPayload,
  run: async (deps, command) => {
    await facet(deps.hypervisor, 'pause', 'unpause a guest').unpause(refOf(command))
    return expectPower(deps, command, 'running')
  },
}
