import type { Order } from '../order.ts'
import type { OrderDeps } from '../deps.ts'
import type { ServerId } from '../../domain/ids.ts'
import { destroyPayload, type DestroyPayload } from '../../rpc/orders/destroy.ts'
import { hostErrors } from '../../domain/host/errors.ts'

/** Removes the guest and what was plugged for it. */
export const destroy: Order<DestroyPayload> = {
  name: 'destroy',
  payload: destroyPayload,
  ends: true,
  run: async (deps, { server, node, epoch }, { nics }) => {
    await deps.hypervisor.destroy({ server, node, epoch }, {})
    await mustBeGone(deps, server, epoch)
    await deps.networks.unplug(server, nics)
    return null
  },
}

/** A hypervisor's word is not enough: what the server held is given to others on the strength of it. */
export async function mustBeGone({ hypervisor }: OrderDeps, server: ServerId, epoch: number): Promise<void> {
  const guests = await hypervisor.list()
  if (!guests.some((guest) => guest.server === server && guest.epoch <= epoch)) return
  throw hostErrors.refused({}, { detail: 'the driver removed the guest, and it is still there' })
}
