import type { GuestActionPayload } from '../../../rpc/orders/guest-action.ts'
import type { Order } from '../../order.ts'
import { expectPower, refOf } from './expect-power.ts'
import { plainPayload } from '../../../rpc/orders/guest-action.ts'

/** Plugs what a reboot of the host may have unplugged, and starts the guest. */
export const powerOn: Order<GuestActionPayload> = {
  name: 'power-on',
  about: 'guest',
  once: true,
  payload: plainPayload,
  run: async (deps, command, { guest }, signal) => {
    await deps.networks.plug(command.server, guest.nics, signal)
    await deps.hypervisor.power.on(refOf(command), signal)
    return expectPower(deps, command, 'running')
  },
}
