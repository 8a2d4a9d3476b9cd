import type { Guest, GuestRef } from '../../ports/hypervisor.ts'
import type { Nic } from '../../domain/network/network.ts'
import type { NodeName, ServerId } from '../../domain/ids.ts'
import type { OrderDeps } from '../deps.ts'
import { hostErrors } from '../../domain/host/errors.ts'

type HostParts = Pick<OrderDeps, 'hypervisor' | 'networks' | 'held' | 'nics'>

interface EndedUpTo {
  readonly server: ServerId
  /** It and all below. */
  readonly epoch: number
}

/** What is to end. */
export interface Ending extends EndedUpTo {
  /** Null: wherever on this host. */
  readonly node: NodeName | null
}

/**
 * Removes what a server left on this host up to an epoch: the guest, what was made for it, its volumes, and what was plugged. Where
 * its successor is there already, that and its NICs are not touched.
 * @throws `host.refused` when a guest is still there afterwards
 */
export async function endGuest(parts: HostParts, ending: Ending, nics: readonly Nic[]): Promise<void> {
  const { hypervisor } = parts
  const { server } = ending
  const there = (await hypervisor.list()).filter((guest) => guest.server === server)
  const succeeded = there.some((guest) => guest.epoch > ending.epoch)
  for (const guest of succeeded ? old(there, ending) : await places(parts, ending)) await hypervisor.destroy(guest, {})
  await seeItGone(parts, ending, nics)
}

/**
 * Nothing is left of it: then its volumes are let go, and its NICs are unplugged unless its successor is there.
 * @throws `host.refused` when a guest is still there
 */
export async function seeItGone(parts: HostParts, ending: EndedUpTo, nics: readonly Nic[]): Promise<void> {
  const { server, epoch } = ending
  const there = (await parts.hypervisor.list()).filter((guest) => guest.server === server)
  // A hypervisor's word is not enough: what the server held is given to others on the strength of it.
  if (there.some((guest) => guest.epoch <= epoch)) {
    throw hostErrors.refused({}, { detail: 'the driver removed the guest, and it is still there' })
  }
  await parts.held.letGoAll(ending)
  if (there.length === 0) await unplugAll(parts, ending, nics)
}

/** These NICs, and whatever else this host remembers to have plugged in for the guest. */
export async function unplugAll(
  { networks, nics: remembered }: Pick<HostParts, 'networks' | 'nics'>,
  ending: EndedUpTo,
  nics: readonly Nic[],
): Promise<void> {
  const { server } = ending
  const attached = await remembered.of(ending)
  const known = new Set(nics.map(({ port }) => port))
  await networks.unplug(server, [...nics, ...attached.filter(({ port }) => !known.has(port))])
  for (const { port } of attached) await remembered.forget(server, port)
}

function old(guests: readonly Guest[], { epoch }: Ending): readonly Guest[] {
  return guests.filter((guest) => guest.epoch <= epoch)
}

/** What is half made is not listed: it is looked for by name wherever it may be. */
async function places({ hypervisor }: HostParts, { server, epoch, node }: Ending): Promise<readonly GuestRef[]> {
  if (node !== null) return [{ server, epoch, node }]
  return (await hypervisor.inventory()).map((one) => ({ server, epoch, node: one.node }))
}
