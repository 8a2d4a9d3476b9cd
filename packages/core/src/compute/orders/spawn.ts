import type { GuestCommand } from '../../domain/operation/command.ts'
import type { Order } from '../order.ts'
import type { OrderDeps } from '../deps.ts'
import { hostErrors } from '../../domain/host/errors.ts'
import { isHere } from './is-here.ts'
import { spawnOrder } from './spawn-order.ts'
import { spawnPayload, type SpawnOrderPayload } from '../../rpc/orders/spawn.ts'

/** Image, networks, config drive, then the guest itself. What a failure leaves behind, `destroy` removes. */
export const spawn: Order<SpawnOrderPayload> = {
  name: 'spawn',
  about: 'guest',
  payload: spawnPayload,
  run: async (deps, command, payload, signal) => {
    await deps.hypervisor.spawn(await spawnOrder(deps, command, payload, signal, { powerOn: payload.powerOn }), signal)
    await mustBeThere(deps, command)
    return null
  },
}

/** A hypervisor's word is not enough: the server is shown as active on the strength of it. */
async function mustBeThere({ hypervisor }: OrderDeps, command: GuestCommand): Promise<void> {
  if (await isHere(hypervisor, command)) return
  throw hostErrors.refused({}, { detail: 'the driver made the guest, and it is not there' })
}
