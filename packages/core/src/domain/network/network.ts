import type { NetworkId, PortId, ServerId } from '../ids.ts'

/** What a tenant asks for, per NIC. */
export interface NetworkRequest {
  readonly network?: NetworkId
  readonly port?: PortId
  readonly fixedIp?: string
  readonly tag?: string
}

/** An address of a NIC. */
export interface FixedIp {
  readonly address: string
  readonly version: 4 | 6
  /** Prefix length of the subnet. */
  readonly prefix: number
  readonly gateway: string | null
  readonly mode: 'static' | 'dhcp' | 'slaac' | 'dhcpv6-stateful' | 'dhcpv6-stateless'
  readonly dns: readonly string[]
  readonly routes: readonly { readonly destination: string; readonly nexthop: string }[]
}

/** A network port bound to a host: all that the host, the driver and first boot need to know of a NIC. */
export interface Nic {
  readonly port: PortId
  readonly network: NetworkId
  readonly server: ServerId
  readonly mac: string
  readonly mtu: number
  readonly fixedIps: readonly FixedIp[]
  /** How the host plugs it: `bridge`, `ovs`, `tap`, `direct`, … and what that needs. */
  readonly vifType: string
  readonly details: Readonly<Record<string, unknown>>
  readonly device: string
  readonly tag: string | null
  readonly vlan: number | null
  readonly trusted: boolean
  readonly floatingIps: readonly string[]
  /** Whether the driver must wait until the network says that it is plugged. */
  readonly plugEvent: boolean
}
