import type { GuestRef } from '../../../ports/hypervisor.ts'
import type { Json } from '../../../domain/json.ts'
import type { OrderDeps } from '../../deps.ts'
import { hostErrors } from '../../../domain/host/errors.ts'

/**
 * The guest must be listed at its epoch, and run or not. A driver's word is not enough: what is left on the other host
 * is thrown away on the strength of it.
 * @throws `host.refused`
 */
export async function seeIt({ hypervisor }: OrderDeps, { server, epoch }: GuestRef, runs: boolean): Promise<Json> {
  const found = (await hypervisor.list()).find((guest) => guest.server === server && guest.epoch === epoch)
  const power = found?.power ?? null
  if (power === 'running' ? runs : !runs && (power === 'shutdown' || power === 'crashed')) return { power }
  const detail =
    power === null ? 'the guest is not there' : `the guest is ${power}, and ${runs ? 'should' : 'must not'} run`
  throw hostErrors.refused({}, { detail })
}
