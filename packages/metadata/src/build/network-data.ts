import type { FirstBootInput, FixedIp, Json, NetworkId, Nic } from '@novakit/core/vocabulary'
import { netmask, subnetOf } from './ip-text.ts'
import type { DocumentOptions } from './options.ts'
import { stackedLink } from './stacked-links.ts'

type Fields = Readonly<Record<string, Json>>

/** A link, and what is to be configured on it. */
interface Attached {
  readonly link: Fields & { readonly id: string }
  readonly network: NetworkId
  readonly fixedIps: readonly FixedIp[]
}

/**
 * network_data.json (nova/virt/netutils.py, `get_network_metadata`; doc/api_schemas/network_data.json, from which bonds
 * and VLANs are, which Nova itself never writes). A server without NICs has an empty object.
 */
export function networkData(input: FirstBootInput, { everyAddress = false }: DocumentOptions): Json {
  if (input.nics.length === 0) return {}
  const attached = attachedOf(input)
  const addresses = attached.flatMap(({ link, network, fixedIps }) =>
    (everyAddress ? fixedIps : firstOfEach(fixedIps)).map((ip) => ({ link: link.id, network, ip })),
  )
  return {
    links: attached.map(({ link }) => link),
    networks: addresses.map(({ link, network, ip }, index) => networkOf(`network${index}`, link, network, ip)),
    services: allServices(addresses.map(({ ip }) => ip)),
  }
}

/** Nova shows no NIC that has no subnet; one that a bond or a VLAN stands on has to be seen all the same. */
function attachedOf(input: FirstBootInput): readonly Attached[] {
  const links = input.links ?? []
  const below = new Set(links.flatMap((link): readonly string[] => (link.type === 'bond' ? link.over : [link.on])))
  const shown = input.nics.filter(({ fixedIps, port }) => fixedIps.length > 0 || below.has(port))
  const ids = new Map<string, string>(shown.map((nic, index) => [nic.port, linkId(nic, index)]))
  const nics = shown.map((nic) => ({ link: linkOf(nic, ids.get(nic.port) ?? ''), ...placeOf(nic) }))
  return [...nics, ...links.map((link) => ({ link: stackedLink(link, ids), ...placeOf(link) }))]
}

function placeOf({ network, fixedIps }: Omit<Attached, 'link'>): Omit<Attached, 'link'> {
  return { network, fixedIps }
}

function linkId({ device }: Nic, index: number): string {
  return device === '' ? `interface${index}` : device
}

/** The kinds of plugging that guests have been shown by name; all others are `phy`. */
const SHOWN_TYPES: readonly string[] = ['bridge', 'dvs', 'hw_veb', 'hyperv', 'ovs', 'tap', 'vhostuser', 'vif']

function linkOf(nic: Nic, id: string): Attached['link'] {
  return {
    id,
    vif_id: nic.port,
    type: SHOWN_TYPES.includes(nic.vifType) ? nic.vifType : 'phy',
    mtu: nic.fixedIps.some(fromDhcp) ? null : nic.mtu,
    ethernet_mac_address: nic.mac,
  }
}

/** A DHCP server tells the MTU itself. */
function fromDhcp({ mode }: FixedIp): boolean {
  return mode === 'dhcp' || mode === 'dhcpv6-stateful' || mode === 'dhcpv6-stateless'
}

function firstOfEach(fixedIps: readonly FixedIp[]): readonly FixedIp[] {
  const first = ([4, 6] as const).map((version) => fixedIps.find((ip) => ip.version === version))
  return first.filter((ip) => ip !== undefined)
}

function networkOf(id: string, link: string, network: NetworkId, ip: FixedIp): Fields {
  if (ip.mode === 'dhcp') return { id, type: `ipv${ip.version}_dhcp`, link, network_id: network }
  return {
    id,
    type: ip.mode === 'static' ? `ipv${ip.version}` : `ipv6_${ip.mode}`,
    link,
    ip_address: ip.address,
    netmask: netmask(ip.version, ip.prefix),
    routes: [...defaultRoute(ip), ...ip.routes.flatMap(routeOf)],
    network_id: network,
    services: servicesOf(ip),
  }
}

function defaultRoute({ gateway, version }: FixedIp): readonly Fields[] {
  if (gateway === null) return []
  const everywhere = version === 4 ? '0.0.0.0' : '::'
  return [{ network: everywhere, netmask: everywhere, gateway }]
}

/** A destination that is no subnet reaches nothing, so there is nothing to say of it. */
function routeOf({ destination, nexthop }: FixedIp['routes'][number]): readonly Fields[] {
  const subnet = subnetOf(destination)
  return subnet === null ? [] : [{ network: subnet.network, netmask: subnet.netmask, gateway: nexthop }]
}

function servicesOf({ dns }: FixedIp): readonly Fields[] {
  return dns.map((address) => ({ type: 'dns', address }))
}

/** Each server once over all subnets; what one subnet names twice stays there twice, as Nova leaves it. */
function allServices(fixedIps: readonly FixedIp[]): readonly Fields[] {
  return fixedIps.reduce<readonly Fields[]>((known, ip) => {
    const isNew = ({ address }: Fields): boolean => !known.some((other) => other['address'] === address)
    return [...known, ...servicesOf(ip).filter(isNew)]
  }, [])
}
