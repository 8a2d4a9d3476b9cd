import type { FirstBootInput, FixedIp, Nic, StackedLink } from '@novakit/core/vocabulary'
import type { ImageFile } from '../image/file.ts'
import { subnetOf } from './ip-text.ts'
import { fullHostname, type DocumentOptions } from './options.ts'

/** The label that cloud-init's NoCloud datasource looks for. */
export const NO_CLOUD_LABEL = 'cidata'

/** The same server for NoCloud: meta-data, network-config (netplan's version 2), user-data and vendor-data. */
export function noCloudFiles(input: FirstBootInput, options: DocumentOptions = {}): readonly ImageFile[] {
  const forCloudInit = (input.vendorData ?? options.vendorData ?? {})['cloud-init']
  return [
    { path: 'meta-data', content: yaml(metaData(input, options)) },
    { path: 'network-config', content: yaml(networkConfig(input)) },
    // Without one NoCloud does not believe in the drive.
    { path: 'user-data', content: input.userData ?? new Uint8Array() },
    ...(typeof forCloudInit === 'string' ? [{ path: 'vendor-data', content: Buffer.from(forCloudInit) }] : []),
  ]
}

/**
 * JSON that is YAML 1.1 too: what YAML takes for a line break or cannot show is escaped. Characters beyond the first
 * plane are not: in YAML an escape of half a pair stands for itself.
 */
function yaml(value: unknown): Uint8Array {
  const text = JSON.stringify(value).replaceAll(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return Buffer.from(`${text}\n`)
}

function metaData(input: FirstBootInput, options: DocumentOptions): unknown {
  return {
    'instance-id': input.server,
    'local-hostname': fullHostname(input.hostname, options),
    'public-keys': input.keys.filter(({ type }) => type === 'ssh').map(({ data }) => data.trim()),
    'availability-zone': input.zone ?? undefined,
  }
}

function networkConfig({ nics, links = [] }: FirstBootInput): unknown {
  const names = new Map<string, string>(nics.map((nic, index) => [nic.port, `nic${index}`]))
  const name = (id: string): string => names.get(id) ?? id
  const named = <Link>(of: readonly Link[], entry: (link: Link) => readonly [string, unknown]): unknown =>
    of.length === 0 ? undefined : Object.fromEntries(of.map(entry))
  return {
    version: 2,
    ethernets: named(nics, (nic) => [name(nic.port), { match: { macaddress: nic.mac }, ...configured(nic) }]),
    bonds: named(links.filter(isBond), (bond) => [bond.id, bondConfig(bond, name)]),
    vlans: named(links.filter(isVlan), (vlan) => [
      vlan.id,
      { id: vlan.vlan, link: name(vlan.on), macaddress: vlan.mac, ...configured(vlan) },
    ]),
  }
}

type Bond = Extract<StackedLink, { type: 'bond' }>
type Vlan = Extract<StackedLink, { type: 'vlan' }>
const isBond = (link: StackedLink): link is Bond => link.type === 'bond'
const isVlan = (link: StackedLink): link is Vlan => link.type === 'vlan'

function bondConfig(bond: Bond, name: (id: string) => string): unknown {
  const parameters = {
    mode: bond.mode,
    'mii-monitor-interval': bond.lookEvery,
    'transmit-hash-policy': bond.hashPolicy,
  }
  return { interfaces: bond.over.map(name), macaddress: bond.mac, parameters, ...configured(bond) }
}

function configured({ fixedIps, mtu }: Pick<Nic, 'fixedIps'> & { readonly mtu: number | null }): object {
  const fixed = fixedIps.filter(({ mode }) => mode === 'static')
  const dns = [...new Set(fixedIps.flatMap((ip) => ip.dns))]
  const routes = fixed.flatMap(routesOf)
  return {
    mtu: mtu ?? undefined,
    dhcp4: fixedIps.some(({ mode, version }) => mode === 'dhcp' && version === 4) || undefined,
    dhcp6: fixedIps.some(isDhcp6) || undefined,
    'accept-ra': acceptsAdvertisements(fixedIps),
    addresses: fixed.length === 0 ? undefined : fixed.map(({ address, prefix }) => `${address}/${prefix}`),
    routes: routes.length === 0 ? undefined : routes,
    nameservers: dns.length === 0 ? undefined : { addresses: dns },
  }
}

function isDhcp6({ mode, version }: FixedIp): boolean {
  return mode === 'dhcpv6-stateful' || mode === 'dhcpv6-stateless' || (mode === 'dhcp' && version === 6)
}

/** Undefined without IPv6: then the guest's own default stands. */
function acceptsAdvertisements(fixedIps: readonly FixedIp[]): boolean | undefined {
  const v6 = fixedIps.filter(({ version }) => version === 6)
  return v6.length === 0 ? undefined : v6.some(({ mode }) => mode !== 'static')
}

function routesOf({ version, gateway, routes }: FixedIp): readonly object[] {
  const everywhere = version === 4 ? '0.0.0.0/0' : '::/0'
  return [
    ...(gateway === null ? [] : [{ to: everywhere, via: gateway }]),
    ...routes.flatMap(({ destination, nexthop }) => {
      const subnet = subnetOf(destination)
      return subnet === null ? [] : [{ to: `${subnet.network}/${subnet.prefix}`, via: nexthop }]
    }),
  ]
}
