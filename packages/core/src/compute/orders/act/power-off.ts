import { z } from 'zod'
import type { GuestActionPayload } from '../../../rpc/orders/guest-action.ts'
import type { Order } from '../../order.ts'
import { expectPower, refOf } from './expect-power.ts'
import { guestActionPayload } from '../../../rpc/orders/guest-action.ts'
import { millis } from '../../../domain/unit/units.ts'

/** Milliseconds that the guest has to shut down by itself; null: the plug is pulled. */
const options = z.object({ graceful: z.number().int().nonnegative().nullable() })

/** Asks the guest to shut down, and pulls the plug when it does not. */
export const powerOff: Order<GuestActionPayload<{ readonly graceful: number | null }>> = {
  name: 'power-off',
  about: 'guest',
  once: true,
  payload: guestActionPayload(options),
  run: async (deps, command, { options: { graceful } }, signal) => {
    await deps.hypervisor.power.off(refOf(command), graceful === null ? null : millis(graceful), signal)
    return expectPower(deps, command, 'shutdown', 'crashed')
  },
}
