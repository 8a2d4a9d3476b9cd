import type { HostMemory } from '../ports/host-memory.ts'
import type { Nic } from '../domain/network/network.ts'
import type { PortId, ServerId } from '../domain/ids.ts'

/** The NICs that are plugged in here for guests: whoever ends a guest may not know of all of them any more. */
export interface HeldNics {
  /** Before it is plugged. */
  note(guest: { readonly server: ServerId; readonly epoch: number }, nic: Nic): Promise<void>
  /** After it is unplugged. */
  forget(server: ServerId, port: PortId): Promise<void>
  /** Of the guest and of those before it. */
  of(guest: { readonly server: ServerId; readonly epoch: number }): Promise<readonly Nic[]>
}

interface Held {
  readonly epoch: number
  readonly nic: Nic
}

const PREFIX = 'nic/'

export function heldNics(memory: HostMemory): HeldNics {
  return {
    note: ({ server, epoch }, nic) =>
      memory.put(`${PREFIX}${server}/${nic.port}`, JSON.stringify({ epoch, nic } satisfies Held)),
    forget: (server, port) => memory.delete(`${PREFIX}${server}/${port}`),
    of: async ({ server, epoch }) => {
      const held = (await memory.entries(`${PREFIX}${server}/`)).map(([, text]) => JSON.parse(text) as Held)
      return held.filter((one) => one.epoch <= epoch).map(({ nic }) => nic)
    },
  }
}
