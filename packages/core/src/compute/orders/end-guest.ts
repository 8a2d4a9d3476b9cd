import type { Guest, GuestRef } from '../../ports/hypervisor.ts'
import type { Nic } from '../../domain/network/network.ts'
import type { NodeName, ServerId } from '../../domain/ids.ts'
import type { OrderDeps } from '../deps.ts'
import { hostErrors } from '../../domain/host/errors.ts'

type HostParts = Pick<OrderDeps, 'hypervisor' | 'networks' | 'held' | 'nics'>

/** What is to end. */
export interface Ending {
  readonly server: ServerId
  /** It and all below. */
  readonly epoch: number
  /** Null: wherever on this host. */
  readonly node: NodeName | null
}

/**
 * Removes what a server left on this host up to an epoch: the guest, what was made for it, its volumes, and what was plugged. Where
 * its successor is there already, that and its NICs are not touched.
 * @throws `host.refused` when a guest is still there afterwards
 */
export async function endGuest(parts: HostParts, ending: Ending, nics: readonly Nic[]): Promise<void> {
  const { hypervisor, networks } = parts
  const { server } = ending
  const there = (await hypervisor.list()).filter((guest) => guest.server === server)
  const succeeded = there.some((guest) => guest.epoch > ending.epoch)
  for (const guest of succeeded ? old(there, ending) : await places(parts, ending)) await hypervisor.destroy(guest, {})
  await mustBeGone(parts, ending)
  await parts.held.letGoAll(ending)
  if (succeeded) return
  const attached = await parts.nics.of(ending)
  const known = new Set(nics.map(({ port }) => port))
  await networks.unplug(server, [...nics, ...attached.filter(({ port }) => !known.has(port))])
  for (const { port } of attached) await parts.nics.forget(server, port)
}

function old(guests: readonly Guest[], { epoch }: Ending): readonly Guest[] {
  return guests.filter((guest) => guest.epoch <= epoch)
}

/** What is half made is not listed: it is looked for by name wherever it may be. */
async function places({ hypervisor }: HostParts, { server, epoch, node }: Ending): Promise<readonly GuestRef[]> {
  if (node !== null) return [{ server, epoch, node }]
  return (await hypervisor.inventory()).map((one) => ({ server, epoch, node: one.node }))
}

/** A hypervisor's word is not enough: what the server held is given to others on the strength of it. */
async function mustBeGone({ hypervisor }: HostParts, { server, epoch }: Ending): Promise<void> {
  const guests = await hypervisor.list()
  if (!guests.some((guest) => guest.server === server && guest.epoch <= epoch)) return
  throw hostErrors.refused({}, { detail: 'the driver removed the guest, and it is still there' })
}
