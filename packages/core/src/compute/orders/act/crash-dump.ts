import type { GuestActionPayload } from '../../../rpc/orders/guest-action.ts'
import type { Order } from '../../order.ts'
import { facet } from './facet.ts'
import { plainPayload } from '../../../rpc/orders/guest-action.ts'
import { refOf } from './expect-power.ts'

/** Sends the guest a non-maskable interrupt, on which its system dumps its memory. */
export const crashDump: Order<GuestActionPayload> = {
  name: 'crash-dump',
  about: 'guest',
  once: true,
  payload: plainPayload,
  run: async ({ hypervisor }, command) => {
    await facet(hypervisor, 'crashDump', 'trigger a crash dump').trigger(refOf(command))
    return null
  },
}
