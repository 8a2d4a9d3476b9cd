import { defineErrors } from '../../src/domain/error.ts'
import { id, type NodeName, type ProviderId, type ServerId } from '../../src/domain/ids.ts'
import type { ProviderDeclaration } from '../../src/domain/placement/provider.ts'
import type { PowerState } from '../../src/domain/server/states.ts'
import type {
  Guest,
  GuestEvent,
  GuestRef,
  HypervisorDriver,
  HypervisorEnvironment,
  HypervisorHost,
  NodeInventory,
} from '../../src/ports/hypervisor.ts'
import { namedUuid, systemIds } from '../../src/system/ids.ts'

/** What is wrong with a driver that is meant to be found out. */
export type Flaw =
  | 'ids change'
  | 'root comes last'
  | 'one id twice'
  | 'advertises what it cannot'
  | 'total of nothing'
  | 'makes a second guest'
  | 'ignores powerOn'
  | 'forgets the epoch'
  | 'writes into the order'
  | 'ignores the signal'
  | 'destroys nothing'
  | 'destroys everything'
  | 'wants a guest to destroy'
  | 'stays off'
  | 'ignores a graceful shut-down'
  | 'throws plain errors'
  | 'knows every guest'
  | 'tells nothing'
  | 'tells those who left'
  | 'dates by another clock'
  | 'stops guests when it closes'
  | 'forgets guests when it closes'
  | 'pauses nothing'

const errors = defineErrors('flawed', {
  no_guest: { kind: 'not_found', help: 'never', message: (d: { server: string }) => `There is no guest ${d.server}.` },
})

/** Right in all but one thing; right in everything without a flaw. Has the facet `pause`. */
export function flawedDriver(flaw: Flaw | null): HypervisorDriver {
  const tables = new Map<string, Map<string, Guest>>()
  return { name: 'flawed', apiVersion: 1, open: async (environment) => openFlawed(tables, flaw, environment) }
}

function openFlawed(
  tables: Map<string, Map<string, Guest>>,
  flaw: Flaw | null,
  { host, clock }: HypervisorEnvironment,
): HypervisorHost {
  const guests = tables.get(host) ?? new Map<string, Guest>()
  tables.set(host, guests)
  const listeners = new Set<(event: GuestEvent) => void>()

  const find = (ref: GuestRef): Guest => {
    const guest = guests.get(ref.server)
    if (guest !== undefined) return guest
    if (flaw === 'knows every guest') return { ...ref, power: 'shutdown' }
    throw flaw === 'throws plain errors' ? new Error('no such guest') : errors.no_guest({ server: ref.server })
  }
  const turn = (guest: Guest, power: PowerState, key: string = guest.server): void => {
    const before = guests.get(key)?.power ?? 'shutdown'
    guests.set(key, { ...guest, power })
    if (before !== power) tell(guest.server, power === 'running' ? 'started' : 'stopped')
  }
  const tell = (server: ServerId, kind: GuestEvent['kind']): void => {
    if (flaw === 'tells nothing') return
    const at = flaw === 'dates by another clock' ? ((clock.now() + 3_600_000) as GuestEvent['at']) : clock.now()
    for (const listener of listeners) queueMicrotask(() => listener({ server, kind, at }))
  }
  return {
    inventory: async () => [inventoryOf(id<NodeName>(host), flaw)],
    list: async () =>
      [...guests.values()].map((guest) => (flaw === 'forgets the epoch' ? { ...guest, epoch: 0 } : guest)),
    spawn: async (order, signal) => {
      if (flaw !== 'ignores the signal') signal?.throwIfAborted()
      if (flaw === 'writes into the order') Object.assign(order, { name: 'mine' })
      const { server, node, epoch } = order
      const power = order.powerOn || flaw === 'ignores powerOn' ? 'running' : 'shutdown'
      const key = flaw === 'makes a second guest' && guests.has(server) ? systemIds.uuid() : server
      turn({ server, node, epoch, power: 'shutdown' }, power, key)
    },
    destroy: async (ref) => {
      if (flaw === 'destroys nothing') return
      if (flaw === 'destroys everything') return guests.clear()
      if (flaw === 'wants a guest to destroy') find(ref)
      for (const [key, guest] of guests) {
        if (guest.server !== ref.server) continue
        turn(guest, 'shutdown', key)
        guests.delete(key)
      }
    },
    power: {
      on: async (ref, signal) => {
        signal?.throwIfAborted()
        if (flaw !== 'stays off') turn(find(ref), 'running')
      },
      off: async (ref, graceful) => {
        if (graceful === null || flaw !== 'ignores a graceful shut-down') turn(find(ref), 'shutdown')
      },
      state: async (ref) => find(ref).power,
    },
    events: (listener) => {
      listeners.add(listener)
      return () => flaw !== 'tells those who left' && listeners.delete(listener)
    },
    close: async () => {
      listeners.clear()
      if (flaw === 'stops guests when it closes') for (const guest of guests.values()) turn(guest, 'shutdown')
      if (flaw === 'forgets guests when it closes') guests.clear()
    },
    pause: {
      pause: async (ref) => turn(find(ref), flaw === 'pauses nothing' ? 'running' : 'paused'),
      unpause: async (ref) => turn(find(ref), 'running'),
    },
  }
}

function inventoryOf(node: NodeName, flaw: Flaw | null): NodeInventory {
  const root = id<ProviderId>(flaw === 'ids change' ? systemIds.uuid() : namedUuid('flawed', node))
  const total = flaw === 'total of nothing' ? 0 : 8
  const vcpu = { total, reserved: 0, allocationRatio: 1, minUnit: 1, maxUnit: 8, stepSize: 1 }
  const traits = flaw === 'advertises what it cannot' ? ['COMPUTE_VOLUME_EXTEND'] : []
  const providers: ProviderDeclaration[] = [
    { id: root, name: node, parent: null, inventories: { VCPU: vcpu }, traits },
    {
      id: flaw === 'one id twice' ? root : id<ProviderId>(namedUuid('flawed', node, 'numa0')),
      name: `${node}_numa0`,
      parent: root,
      inventories: {},
      traits: [],
    },
  ]
  if (flaw === 'root comes last') providers.reverse()
  const facts = { type: 'flawed', version: 1, hostIp: null, supportedInstances: [], cpuInfo: {}, numa: null, pci: null }
  return { node, root, facts, providers }
}
