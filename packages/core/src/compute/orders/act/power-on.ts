import { plainOrder } from './act-order.ts'
import { expectPower } from './expect-power.ts'
import { refOf } from '../ref-of.ts'

/** Plugs what a reboot of the host may have unplugged, and starts the guest. */
export const powerOn = plainOrder('power-on', async (deps, command, { guest }, signal) => {
  await deps.networks.plug(command.server, guest.nics, signal)
  await deps.hypervisor.power.on(refOf(command), signal)
  return expectPower(deps, command, 'running')
})
