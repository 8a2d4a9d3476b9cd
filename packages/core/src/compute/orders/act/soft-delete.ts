import type { GuestActionPayload } from '../../../rpc/orders/guest-action.ts'
import type { GuestOrder } from '../../order.ts'
import { expectPower } from './expect-power.ts'
import { guestActionPayload } from '../../../rpc/orders/guest-action.ts'
import { json } from '../../../rpc/schemas.ts'
import { refOf } from '../ref-of.ts'

/** Pulls the plug, and leaves all else. Nobody feels it twice, and one that has failed is asked for again. */
export const softDelete: GuestOrder<GuestActionPayload> = {
  name: 'soft-delete',
  about: 'guest',
  payload: guestActionPayload(json),
  run: async (deps, command, _payload, signal) => {
    await deps.hypervisor.power.off(refOf(command), null, signal)
    return expectPower(deps, command, 'shutdown', 'crashed')
  },
}
