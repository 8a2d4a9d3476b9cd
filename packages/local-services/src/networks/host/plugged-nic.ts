import { networkErrors, type FixedIp, type Nic } from '@novakit/core'
import { canonicalIp, contains, parseIp, type Cidr } from '../ip.ts'

/** A NIC as this host plugs it: everything in it may stand in a rule or in a configuration file. */
export interface PluggedNic {
  readonly port: string
  readonly bridge: string
  readonly device: string
  readonly mac: string
  readonly mtu: number
  readonly nat: boolean
  readonly addresses: readonly PluggedAddress[]
}

export interface PluggedAddress {
  readonly address: string
  readonly version: 4 | 6
  readonly cidr: Cidr
  readonly gateway: string | null
  readonly mode: FixedIp['mode']
  readonly dns: readonly string[]
  readonly routes: FixedIp['routes']
}

const DEVICE = /^[a-z][a-z0-9]{1,14}$/
const MAC = /^[0-9a-f][02468ace](:[0-9a-f]{2}){5}$/
const PORT = /^[0-9a-f-]{1,64}$/

/** Checks what the control half says. @throws `network.invalid` for what cannot be plugged as it is */
export function pluggedNic(nic: Nic): PluggedNic {
  const { port, device, mac, mtu, details, vifType } = nic
  const bridge = details['bridge']
  if (vifType !== 'bridge' || typeof bridge !== 'string') throw wrong('is for no bridge')
  if (!DEVICE.test(device) || !DEVICE.test(bridge) || !PORT.test(port))
    throw wrong('has a name that no device may have')
  if (!MAC.test(mac)) throw wrong('has no hardware address of its own')
  if (!Number.isInteger(mtu) || mtu < 576 || mtu > 65_535) throw wrong('has frames of an impossible size')
  return { port, bridge, device, mac, mtu, nat: details['nat'] === true, addresses: nic.fixedIps.map(addressOf) }
}

function addressOf({ address, prefix, gateway, mode, dns, routes }: FixedIp): PluggedAddress {
  const ip = parseIp(address)
  if (ip === null || !Number.isInteger(prefix) || prefix < 1 || prefix > (ip.version === 4 ? 32 : 128)) {
    throw wrong('has an address that is none')
  }
  const size = 1n << BigInt((ip.version === 4 ? 32 : 128) - prefix)
  const cidr: Cidr = { version: ip.version, value: ip.value - (ip.value % size), prefix }
  const outside = gateway === null ? null : parseIp(gateway)
  if (gateway !== null && (outside === null || !contains(cidr, outside)))
    throw wrong('has a gateway outside of its block')
  return {
    address: canonical(address),
    version: ip.version,
    cidr,
    gateway: gateway === null ? null : canonical(gateway),
    mode,
    dns: dns.map(canonical),
    routes: routes.map(({ destination, nexthop }) => {
      const [base = '', length = ''] = destination.split('/')
      if (!/^\d{1,3}$/.test(length)) throw wrong('has a route to nowhere')
      return { destination: `${canonical(base)}/${length}`, nexthop: canonical(nexthop) }
    }),
  }
}

function canonical(text: string): string {
  const found = canonicalIp(text)
  if (found === null) throw wrong('has an address that is none')
  return found
}

function wrong(what: string): Error {
  return networkErrors.invalid({ what: `the port ${what}.` })
}
