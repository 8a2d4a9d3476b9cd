import type { GuestOrder } from '../../order.ts'
import type { InterfacePayload } from '../../../rpc/orders/interfaces.ts'
import { facet } from '../act/facet.ts'
import { hostErrors } from '../../../domain/host/errors.ts'
import { interfacePayload } from '../../../rpc/orders/interfaces.ts'
import { isHere } from '../is-here.ts'
import { refOf } from '../ref-of.ts'

/** The guest has the NIC, now and whenever it starts; a repeat finds it. What a failure leaves, `detach-interface` removes. */
export const attachInterface: GuestOrder<InterfacePayload> = {
  name: 'attach-interface',
  about: 'guest',
  plugs: true,
  payload: interfacePayload,
  run: async ({ hypervisor, networks, nics }, command, { nic }, signal) => {
    const guest = refOf(command)
    const interfaces = facet(hypervisor, 'interfaces', 'attach an interface')
    await nics.note(guest, nic)
    await networks.plug(guest.server, [nic], signal)
    await interfaces.attach(guest, nic)
    if (await interfaces.has(guest, nic)) return null
    throw hostErrors.refused({}, { detail: 'the driver attached the interface, and the guest does not have it' })
  },
}

/** Neither the guest nor this host has the NIC any more. Absent is fine. */
export const detachInterface: GuestOrder<InterfacePayload> = {
  name: 'detach-interface',
  about: 'guest',
  plugs: true,
  payload: interfacePayload,
  run: async ({ hypervisor, networks, nics }, command, { nic }) => {
    if (await isHere(hypervisor, command)) {
      const guest = refOf(command)
      const interfaces = facet(hypervisor, 'interfaces', 'detach an interface')
      await interfaces.detach(guest, nic)
      if (await interfaces.has(guest, nic)) {
        throw hostErrors.refused({}, { detail: 'the driver detached the interface, and the guest still has it' })
      }
    }
    await networks.unplug(command.server, [nic])
    await nics.forget(command.server, nic.port)
    return null
  },
}
