import { formatCidr, formatIp, sizeOf, type Cidr } from '../ip.ts'
import type { PluggedAddress, PluggedNic } from './plugged-nic.ts'

const LEASE = '1h'

/**
 * The configuration of dnsmasq(8) for one bridge: each card gets the address that it has in the records, and strangers
 * get none. Null where no guest asks for its address.
 */
export function dhcpConfig(bridge: string, nics: readonly PluggedNic[]): string | null {
  const subnets = subnetsOf(nics.flatMap(({ addresses }) => addresses)).filter(({ mode }) => mode !== 'static')
  if (subnets.length === 0) return null
  const lines = [
    ...ALWAYS,
    `interface=${bridge}`,
    ...(subnets.some(({ version }) => version === 6) ? ['enable-ra'] : []),
    ...subnets.flatMap((subnet, at) => subnetLines(subnet, `s${at}`, nics[0]?.mtu ?? 1500)),
    ...nics.toSorted((a, b) => (a.port < b.port ? -1 : 1)).flatMap(hostLines),
  ]
  return `${lines.join('\n')}\n`
}

/** No names, no other interfaces, no state of its own: the records are what counts. */
const ALWAYS = [
  'port=0',
  'bind-interfaces',
  'except-interface=lo',
  'pid-file',
  'leasefile-ro',
  'dhcp-authoritative',
  'no-ping',
  'no-hosts',
  'no-resolv',
]

function subnetsOf(addresses: readonly PluggedAddress[]): readonly PluggedAddress[] {
  const byBlock = new Map(addresses.map((address) => [formatCidr(address.cidr), address]))
  return [...byBlock].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, address]) => address)
}

function subnetLines(
  { cidr, mode, gateway, dns, routes }: PluggedAddress,
  tag: string,
  mtu: number,
): readonly string[] {
  const start = formatIp(cidr)
  if (cidr.version === 4) {
    const hops = routes.map(({ destination, nexthop }) => `${destination},${nexthop}`)
    // Who is given routes by this option takes no other, so the default one is among them (RFC 3442).
    const all = hops.length === 0 || gateway === null ? hops : [...hops, `0.0.0.0/0,${gateway}`]
    return [
      `dhcp-range=set:${tag},${start},static,${netmask(cidr)},${LEASE}`,
      `dhcp-option=tag:${tag},option:router${gateway === null ? '' : `,${gateway}`}`,
      `dhcp-option=tag:${tag},option:dns-server${dns.map((one) => `,${one}`).join('')}`,
      `dhcp-option=tag:${tag},option:mtu,${mtu}`,
      ...(all.length === 0 ? [] : [`dhcp-option=tag:${tag},option:classless-static-route,${all.join(',')}`]),
    ]
  }
  const how = {
    slaac: 'ra-only',
    'dhcpv6-stateless': 'ra-stateless',
    'dhcpv6-stateful': 'static',
    dhcp: 'static',
    static: 'static',
  }[mode]
  const servers = dns.filter((one) => one.includes(':')).map((one) => `,[${one}]`)
  return [
    `dhcp-range=set:${tag},${start},${how},${cidr.prefix},${LEASE}`,
    ...(servers.length === 0 ? [] : [`dhcp-option=tag:${tag},option6:dns-server${servers.join('')}`]),
  ]
}

function hostLines({ mac, addresses }: PluggedNic): readonly string[] {
  const given = addresses.filter(({ mode }) => mode === 'dhcp' || mode === 'dhcpv6-stateful')
  return given.map(({ address, version }) => `dhcp-host=${mac},${version === 4 ? address : `[${address}]`}`)
}

function netmask(cidr: Cidr): string {
  return formatIp({ version: 4, value: 2n ** 32n - sizeOf(cidr) })
}
