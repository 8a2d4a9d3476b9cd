// A hypervisor driver of your own in one file: the core only, no facets. Its "hypervisor" is a table of guests.
import { defineErrors, id, namedUuid } from '@novakit/core'
import type {
  Guest,
  GuestEvent,
  GuestRef,
  HypervisorDriver,
  HypervisorEnvironment,
  HypervisorHost,
  MiB,
  NodeInventory,
  NodeName,
  PowerState,
  ProviderId,
  ServerId,
} from '@novakit/core'

const errors = defineErrors('toy', {
  no_guest: {
    kind: 'not_found',
    help: 'never',
    message: ({ server }: { server: string }) => `There is no guest ${server} here.`,
  },
})

/** What outlives the agent: every host's guests by server. */
type Table = Map<string, Map<ServerId, Guest>>

/** Guests that are rows in a table. `memory` in MiB: `mib(65_536)`. */
export function toyDriver(options: { readonly vcpus: number; readonly memory: MiB }): HypervisorDriver {
  const table: Table = new Map()
  return { name: 'toy', apiVersion: 1, open: async (environment) => openToy(table, options, environment) }
}

function openToy(
  table: Table,
  size: { readonly vcpus: number; readonly memory: MiB },
  { host, clock }: HypervisorEnvironment,
): HypervisorHost {
  const guests = table.get(host) ?? new Map<ServerId, Guest>()
  table.set(host, guests)
  const listeners = new Set<(event: GuestEvent) => void>()

  const find = ({ server }: GuestRef): Guest => {
    const guest = guests.get(server)
    if (guest === undefined) throw errors.no_guest({ server })
    return guest
  }
  const turn = (guest: Guest, power: PowerState): void => {
    const before = guests.get(guest.server)?.power ?? 'shutdown'
    guests.set(guest.server, { ...guest, power })
    if (before === power) return
    const event = { server: guest.server, kind: power === 'running' ? 'started' : 'stopped', at: clock.now() } as const
    for (const listener of listeners) queueMicrotask(() => listener(event))
  }
  return {
    inventory: async () => [inventoryOf(id<NodeName>(host), size)],
    list: async () => [...guests.values()],
    spawn: async ({ server, node, epoch, powerOn }, signal) => {
      signal?.throwIfAborted()
      turn({ server, node, epoch, power: 'shutdown' }, powerOn ? 'running' : 'shutdown')
    },
    destroy: async (guest) => {
      const found = guests.get(guest.server)
      if (found !== undefined) turn(found, 'shutdown')
      guests.delete(guest.server)
    },
    power: {
      on: async (guest, signal) => {
        signal?.throwIfAborted()
        turn(find(guest), 'running')
      },
      off: async (guest) => turn(find(guest), 'shutdown'),
      state: async (guest) => find(guest).power,
    },
    events: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close: async () => listeners.clear(),
  }
}

/** One provider whose id follows from the node's name, so that it is the same in every process. */
function inventoryOf(node: NodeName, size: { readonly vcpus: number; readonly memory: MiB }): NodeInventory {
  const root = id<ProviderId>(namedUuid('toy', node))
  const of = (total: number) => ({ total, reserved: 0, allocationRatio: 1, minUnit: 1, maxUnit: total, stepSize: 1 })
  const inventories = { VCPU: of(size.vcpus), MEMORY_MB: of(size.memory) }
  const facts = { type: 'toy', version: 1, hostIp: null, supportedInstances: [], cpuInfo: {}, numa: null, pci: null }
  return { node, root, facts, providers: [{ id: root, name: node, parent: null, inventories, traits: [] }] }
}
