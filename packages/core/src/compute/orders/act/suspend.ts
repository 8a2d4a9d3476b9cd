import type { GuestActionPayload } from '../../../rpc/orders/guest-action.ts'
import type { Order } from '../../order.ts'
import { expectPower, refOf } from './expect-power.ts'
import { facet } from './facet.ts'
import { plainPayload } from '../../../rpc/orders/guest-action.ts'
import { spawnOrder } from '../spawn-order.ts'

/** Writes the guest's memory to disk and stops it. */
export const suspend: Order<GuestActionPayload> = {
  name: 'suspend',
  about: 'guest',
  once: true,
  payload: plainPayload,
  run: async (deps, command) => {
    await facet(deps.hypervisor, 'suspend', 'suspend a guest').suspend(refOf(command))
    return expectPower(deps, command, 'suspended', 'shutdown')
  },
}

/** Goes on where the guest was suspended. */
export const resume: Order<GuestActionPayload> = {
  name: 'resume',
  about: 'guest',
  once: true,
  payload: plainPayload,
  run: async (deps, command, { guest }, signal) => {
    const suspended = facet(deps.hypervisor, 'suspend', 'resume a guest')
    await suspended.resume(await spawnOrder(deps, command, guest, signal, { exists: true }))
    return expectPower(deps, command, 'running')
  },
}
