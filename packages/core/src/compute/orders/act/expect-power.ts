import type { GuestCommand } from '../../../domain/operation/command.ts'
import type { Json } from '../../../domain/json.ts'
import type { OrderDeps } from '../../deps.ts'
import type { PowerState } from '../../../domain/server/states.ts'
import { hostErrors } from '../../../domain/host/errors.ts'
import { refOf } from '../ref-of.ts'

/**
 * What the hypervisor shows of the guest, as an order's output. A driver's word is not enough: where the server rests
 * is written down on the strength of it.
 * @throws `host.refused` where it shows none of these
 */
export async function expectPower(
  { hypervisor }: OrderDeps,
  guest: GuestCommand,
  ...wanted: readonly PowerState[]
): Promise<Json> {
  const power = await hypervisor.power.state(refOf(guest))
  if (wanted.includes(power)) return { power }
  throw hostErrors.refused({}, { detail: `the guest is ${power}, and should be ${wanted.join(' or ')}` })
}
