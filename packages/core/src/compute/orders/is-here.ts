import type { GuestCommand } from '../../domain/operation/command.ts'
import type { HypervisorCore } from '../../ports/hypervisor.ts'

/** Whether the very guest that is meant is on this host. */
export async function isHere(
  hypervisor: Pick<HypervisorCore, 'list'>,
  { server, epoch }: Pick<GuestCommand, 'server' | 'epoch'>,
): Promise<boolean> {
  return (await hypervisor.list()).some((guest) => guest.server === server && guest.epoch === epoch)
}
