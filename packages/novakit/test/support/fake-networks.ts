import type { HostName, Ids, NetworkControl, NetworkHost, Nic, ServerId } from '@novakit/core'
import { hostErrors, id } from '@novakit/core'

type Call = 'allocate' | 'release' | 'list' | 'plug' | 'unplug'

/** What goes wrong with one call: nothing is done, or all of it and then an error. */
export interface NetworkFault {
  readonly call: Call
  readonly when: 'before' | 'after_effect'
  readonly error?: Error
}

/** A network service in memory: one port for each server, found again by its server. */
export interface FakeNetworks {
  readonly control: NetworkControl & NetworkHost
  /** What an agent of that host plugs with. */
  hostHalf(host: string): NetworkHost
  /** The next call of that name meets the fault. */
  inject(fault: NetworkFault): void
  heal(): void
  /** Server → the host its port is bound to. Several lines where a server has several ports. */
  ports(): readonly { readonly server: ServerId; readonly host: HostName | null }[]
  plugged(): readonly { readonly server: ServerId; readonly host: string }[]
}

interface Port {
  readonly nic: Nic
  readonly host: HostName | null
}

/** @param idempotent false: asking for ports again makes new ones, as a careless service would */
export function fakeNetworks(ids: Ids, idempotent = true): FakeNetworks {
  const ports = new Map<ServerId, Port[]>()
  const plugged = new Map<string, { server: ServerId; host: string }>()
  let faults: NetworkFault[] = []

  async function meet<T>(call: Call, work: () => T): Promise<T> {
    const fault = faults.find((one) => one.call === call)
    if (fault === undefined) return work()
    faults = faults.filter((one) => one !== fault)
    if (fault.when === 'after_effect') work()
    throw fault.error ?? hostErrors.refused({}, { detail: 'the network was told to fail' })
  }

  const nicsOf = (server: ServerId): readonly Nic[] => (ports.get(server) ?? []).map(({ nic }) => nic)
  const hostHalf = (host: string): NetworkHost => ({
    plug: (server) => meet('plug', () => void plugged.set(`${host}/${server}`, { server, host })),
    unplug: (server) => meet('unplug', () => void plugged.delete(`${host}/${server}`)),
  })
  const control: NetworkControl = {
    validate: async () => undefined,
    allocate: (server, _requests, host) =>
      meet('allocate', () => {
        const known = ports.get(server) ?? []
        const bound = known.map((port) => ({ ...port, host }))
        ports.set(server, known.length > 0 && idempotent ? bound : [...bound, { nic: newNic(ids, server), host }])
        return nicsOf(server)
      }),
    release: (server) => meet('release', () => void ports.delete(server)),
    list: (server) => meet('list', () => nicsOf(server)),
    bind: async (server) => nicsOf(server),
    attach: async (server) => newNic(ids, server),
    detach: async () => undefined,
  }
  return {
    control: { ...control, ...hostHalf('nowhere') },
    hostHalf,
    inject: (fault) => void faults.push(fault),
    heal: () => {
      faults = []
    },
    ports: () => [...ports].flatMap(([server, all]) => all.map(({ host }) => ({ server, host }))),
    plugged: () => [...plugged.values()],
  }
}

function newNic(ids: Ids, server: ServerId): Nic {
  return {
    port: id(ids.uuid()),
    network: id('11111111-2222-4333-8444-555555555555'),
    server,
    mac: '52:54:00:00:00:01',
    mtu: 1500,
    fixedIps: [],
    vifType: 'bridge',
    details: {},
    device: 'tap0',
    tag: null,
    vlan: null,
    trusted: false,
    floatingIps: [],
    plugEvent: false,
  }
}
