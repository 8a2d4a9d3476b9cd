import { isIP } from 'node:net'
import type { FirstBootInput, FixedIp, StackedLink } from '@novakit/core/vocabulary'

/** What guests could make no network of, as the end of a sentence about the input. Null: all is well. */
export function wrongNetworks({ nics, links = [] }: FirstBootInput): string | null {
  for (const [index, { mac, mtu, fixedIps, vlan }] of nics.entries()) {
    const wrong = wrongMac(mac) ?? wrongMtu(mtu) ?? wrongVlan(vlan) ?? firstOf(fixedIps, wrongIp)
    if (wrong !== null) return `NIC ${index + 1} ${wrong}`
  }
  const known = new Set<string>(nics.map(({ port }) => port))
  for (const [index, link] of links.entries()) {
    const wrong = wrongMac(link.mac) ?? wrongMtu(link.mtu) ?? wrongPlace(link, known) ?? firstOf(link.fixedIps, wrongIp)
    if (wrong !== null) return `link ${index + 1} ${wrong}`
    known.add(link.id)
  }
  return null
}

function wrongPlace(link: StackedLink, known: ReadonlySet<string>): string | null {
  if (known.has(link.id)) return 'has the id of another one'
  const below = link.type === 'bond' ? link.over : [link.on]
  if (below.length === 0) return 'is a bond of no NIC'
  if (!below.every((id) => known.has(id))) return 'stands on what is neither a NIC nor a link before it'
  return link.type === 'vlan' ? wrongVlan(link.vlan) : null
}

function wrongMac(mac: string): string | null {
  return /^([0-9a-f]{2}[:-]){5}[0-9a-f]{2}$/i.test(mac) ? null : 'has no MAC address'
}

function wrongMtu(mtu: number | null): string | null {
  return mtu === null || isWhole(mtu, 0, 65_535) ? null : 'has an MTU that is none'
}

function wrongVlan(vlan: number | null): string | null {
  return vlan === null || isWhole(vlan, 0, 4095) ? null : 'has a VLAN that is not from 0 to 4095'
}

function wrongIp({ address, prefix, gateway, dns, routes }: FixedIp): string | null {
  const version = isIP(address)
  if (version === 0) return 'has an address that is none'
  if (!isWhole(prefix, 0, version === 4 ? 32 : 128)) return `has an address with a prefix that is none`
  if (gateway !== null && isIP(gateway) === 0) return 'has a gateway that is no address'
  if (!dns.every((each) => isIP(each) !== 0)) return 'has a name server that is no address'
  return routes.every(({ destination, nexthop }) => isNetwork(destination) && isIP(nexthop) !== 0)
    ? null
    : 'has a route that is not from a network to an address'
}

function isNetwork(text: string): boolean {
  const [address = '', prefix = '', ...more] = text.split('/')
  const version = isIP(address)
  return version !== 0 && more.length === 0 && /^\d{1,3}$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128)
}

function isWhole(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most
}

function firstOf<Item>(items: readonly Item[], wrong: (item: Item) => string | null): string | null {
  for (const item of items) {
    const found = wrong(item)
    if (found !== null) return found
  }
  return null
}
