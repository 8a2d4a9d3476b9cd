import { z } from 'zod'
import { actOrder } from './act-order.ts'
import { expectPower } from './expect-power.ts'
import { refOf } from '../ref-of.ts'
import { millis } from '../../../domain/unit/units.ts'

/** Milliseconds that the guest has to shut down by itself; null: the plug is pulled. */
const options = z.object({ graceful: z.number().int().nonnegative().nullable() })

/** Asks the guest to shut down, and pulls the plug when it does not. */
export const powerOff = actOrder('power-off', options, async (deps, command, { options: { graceful } }, signal) => {
  await deps.hypervisor.power.off(refOf(command), graceful === null ? null : millis(graceful), signal)
  return expectPower(deps, command, 'shutdown', 'crashed')
})
