import type { GuestActionPayload } from '../../../rpc/orders/guest-action.ts'
import type { GuestCommand } from '../../../domain/operation/command.ts'
import type { OrderDeps } from '../../deps.ts'
import { plainOrder } from './act-order.ts'
import { expectPower } from './expect-power.ts'
import { refOf } from '../ref-of.ts'
import { problemOf } from '../../../domain/error.ts'
import { seconds } from '../../../domain/unit/units.ts'
import { spawnOrder } from '../spawn-order.ts'

/** How long a guest has to reboot by itself. Nova's libvirt driver waits as long. */
const SOFT_WITHIN = seconds(120)

/** Asks the guest; one that does not heed is stopped and started (nova/virt/libvirt/driver.py, `reboot`). */
export const rebootSoft = plainOrder('reboot-soft', async (deps, command, payload, signal) => {
  const { hypervisor, log } = deps
  try {
    if (hypervisor.reboot === undefined) await stopAndStart(deps, command, payload, signal)
    else await hypervisor.reboot.soft(refOf(command), SOFT_WITHIN)
    return await expectPower(deps, command, 'running')
  } catch (error) {
    log.info('a soft reboot came to nothing; a hard one follows', { server: command.server, ...problemOf(error) })
    return hard(deps, command, payload, signal)
  }
})

/** From scratch, with everything that the server is now. */
export const rebootHard = plainOrder('reboot-hard', (deps, command, payload, signal) =>
  hard(deps, command, payload, signal),
)

async function hard(deps: OrderDeps, command: GuestCommand, payload: GuestActionPayload, signal: AbortSignal) {
  const { hypervisor } = deps
  if (hypervisor.reboot === undefined) await stopAndStart(deps, command, payload, signal)
  else await hypervisor.reboot.hard(await spawnOrder(deps, command, payload.guest, signal, { exists: true }))
  return expectPower(deps, command, 'running')
}

/** What every hypervisor can do. */
async function stopAndStart(
  { hypervisor, networks }: OrderDeps,
  command: GuestCommand,
  { guest }: GuestActionPayload,
  signal: AbortSignal,
): Promise<void> {
  await hypervisor.power.off(refOf(command), null, signal)
  await networks.plug(command.server, guest.nics, signal)
  await hypervisor.power.on(refOf(command), signal)
}
