import type { GuestCommand } from '../../domain/operation/command.ts'
import type { GuestRef } from '../../ports/hypervisor.ts'
import { hostErrors } from '../../domain/host/errors.ts'

/** The guest that a command is about. @throws `host.invalid` where no node is named */
export function refOf({ server, node, epoch }: GuestCommand): GuestRef {
  if (node === null) throw hostErrors.invalid({ what: 'no node is named for the guest.' })
  return { server, node, epoch }
}
