import type { SeenPort } from '@novakit/core/oracles'
import type {
  HostName,
  Ids,
  NetworkControl,
  NetworkHost,
  NetworkId,
  NetworkRequest,
  Nic,
  PortId,
  ServerId,
} from '@novakit/core'
import { hostErrors, id, networkErrors } from '@novakit/core'
import { serviceFaults, type ServiceFault, type ServiceFaults } from './service-faults.ts'

type Call = 'allocate' | 'release' | 'list' | 'plug' | 'unplug' | 'attach' | 'giveUp' | 'detach'

export type NetworkFault = ServiceFault<Call>

/**
 * A network service in memory: one port for each server, found again by its server, in the network that is asked for
 * first. Every network has the same addresses, from 10.0.0.5 on; an address that was given back is given out again.
 */
export interface FakeNetworks extends Pick<ServiceFaults<Call>, 'inject' | 'heal'> {
  readonly control: NetworkControl & NetworkHost
  /** What an agent of that host plugs with. */
  hostHalf(host: string): NetworkHost
  /** Server → the host its port is bound to. Several lines where a server has several ports. */
  ports(): readonly SeenPort[]
  plugged(): readonly { readonly server: ServerId; readonly host: string; readonly port: PortId }[]
}

interface Port {
  readonly nic: Nic
  /** What it was attached under; null for one that the server was made with. */
  readonly key: string | null
  readonly host: HostName | null
  readonly epoch: number
}

/** What a service remembers of a server, so that a call that comes late does no harm. */
interface Fence {
  readonly served: number
  readonly released: number
}

/** @param idempotent false: asking for ports again makes new ones, as a careless service would */
export function fakeNetworks(ids: Ids, idempotent = true): FakeNetworks {
  const ports = new Map<ServerId, Port[]>()
  const fences = new Map<ServerId, Fence>()
  const closed = new Set<string>()
  const plugged = new Map<string, { server: ServerId; host: string; port: PortId }>()
  const { meet, inject, heal } = serviceFaults<Call>(() =>
    hostErrors.refused({}, { detail: 'the network was told to fail' }),
  )

  const nicsOf = (server: ServerId): readonly Nic[] => (ports.get(server) ?? []).map(({ nic }) => nic)
  const all = (): readonly Nic[] => [...ports.values()].flatMap((each) => each.map(({ nic }) => nic))
  function newPort(server: ServerId, requests: readonly NetworkRequest[] | 'auto' | 'none'): Nic {
    const network = (Array.isArray(requests) ? requests[0]?.network : undefined) ?? ONLY
    const taken = new Set(all().flatMap((nic) => (nic.network === network ? nic.fixedIps : []).map((ip) => ip.address)))
    let number = FIRST
    while (taken.has(addressOf(number))) number++
    return newNic(ids, { server, network, number })
  }
  const hostHalf = (host: string): NetworkHost => ({
    plug: (server, nics) =>
      meet('plug', () => {
        for (const { port } of nics) plugged.set(`${host}/${server}/${port}`, { server, host, port })
      }),
    /** Without any it is all of the server's. */
    unplug: (server, nics) =>
      meet('unplug', () => {
        const meant = nics.length === 0 ? [...plugged.values()].filter((one) => one.server === server) : nics
        for (const { port } of meant) plugged.delete(`${host}/${server}/${port}`)
      }),
  })
  const fenceOf = (server: ServerId): Fence => fences.get(server) ?? { served: 0, released: 0 }
  function serve(server: ServerId, epoch: number): void {
    const { served, released } = fenceOf(server)
    if (epoch < served || epoch <= released) throw hostErrors.stale_epoch({})
    fences.set(server, { served: epoch, released })
  }
  function bindTo(server: ServerId, host: HostName, epoch: number): void {
    serve(server, epoch)
    const known = ports.get(server) ?? []
    ports.set(
      server,
      known.map((port) => ({ ...port, host, epoch })),
    )
  }
  function keep(server: ServerId, which: (port: Port) => boolean): void {
    const left = (ports.get(server) ?? []).filter(which)
    if (left.length === 0) ports.delete(server)
    else ports.set(server, left)
  }
  const control: NetworkControl = {
    validate: async () => undefined,
    allocate: ({ server, epoch }, requests, host) =>
      meet('allocate', () => {
        bindTo(server, host, epoch)
        const bound = ports.get(server) ?? []
        if (bound.length === 0 || !idempotent) {
          ports.set(server, [...bound, { nic: newPort(server, requests), key: null, host, epoch }])
        }
        return nicsOf(server)
      }),
    release: (server, upToEpoch) =>
      meet('release', () => {
        const { served, released } = fenceOf(server)
        fences.set(server, { served, released: Math.max(released, upToEpoch) })
        const left = (ports.get(server) ?? []).filter((port) => port.epoch > upToEpoch)
        if (left.length === 0) ports.delete(server)
        else ports.set(server, left)
      }),
    list: (server) => meet('list', () => nicsOf(server)),
    serverAt: async (network, address) =>
      all().find((nic) => nic.network === network && nic.fixedIps.some((ip) => ip.address === address))?.server ?? null,
    bind: async (server, _host, epoch) => {
      serve(server, epoch)
      return nicsOf(server)
    },
    activate: async (server, host, epoch) => bindTo(server, host, epoch),
    unbind: async () => undefined,
    attach: (server, request, { host, epoch, key }) =>
      meet('attach', () => {
        serve(server, epoch)
        if (closed.has(`${server} ${key}`)) throw networkErrors.in_use({ what: 'the request was given up meanwhile.' })
        const known = ports.get(server) ?? []
        const there = known.find((port) => port.key === key)
        if (there !== undefined) return there.nic
        const nic = newPort(server, [request])
        ports.set(server, [...known, { nic, key, host, epoch }])
        return nic
      }),
    giveUp: (server, key) =>
      meet('giveUp', () => {
        closed.add(`${server} ${key}`)
        keep(server, (port) => port.key !== key)
      }),
    detach: (server, port) => meet('detach', () => keep(server, ({ nic }) => nic.port !== port)),
  }
  return {
    control: { ...control, ...hostHalf('nowhere') },
    hostHalf,
    inject,
    heal,
    ports: () =>
      [...ports].flatMap(([server, all]) =>
        all.map(({ nic, key, host }) => ({ server, host, port: nic.port, attached: key !== null })),
      ),
    plugged: () => [...plugged.values()],
  }
}

/** Of servers that ask for none. */
const ONLY: NetworkId = id('11111111-2222-4333-8444-555555555555')
const FIRST = 5

function addressOf(number: number): string {
  return `10.0.${number >> 8}.${number & 0xff}`
}

interface Place {
  readonly server: ServerId
  readonly network: NetworkId
  /** Its place among the addresses of the network. */
  readonly number: number
}

function newNic(ids: Ids, { server, network, number }: Place): Nic {
  const address = addressOf(number)
  const [high, low] = [number >> 8, number & 0xff].map((byte) => byte.toString(16).padStart(2, '0'))
  return {
    port: id(ids.uuid()),
    network,
    server,
    mac: `52:54:00:00:${high}:${low}`,
    mtu: 1500,
    fixedIps: [{ address, version: 4, prefix: 16, gateway: '10.0.0.1', mode: 'static', dns: ['9.9.9.9'], routes: [] }],
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
