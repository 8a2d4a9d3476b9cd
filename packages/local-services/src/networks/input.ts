import { z } from 'zod'
import { networkErrors, parse, type FixedIp } from '@novakit/core'
import { canonicalIp, contains, formatCidr, formatIp, hostRange, overlap, parseCidr, parseIp, type Cidr } from './ip.ts'

/** A network as somebody asks for it. */
export interface NetworkInput {
  readonly name: string
  readonly subnets: readonly SubnetInput[]
  /** Every project may use it. An admin's to say. Default false. */
  readonly shared?: boolean
  /** Its guests reach other networks under their host's address. Default true. */
  readonly nat?: boolean
  /** In bytes. Default 1500. */
  readonly mtu?: number
}

export interface SubnetInput {
  /** `10.1.0.0/24`, `fd00:1::/64` */
  readonly cidr: string
  /** Default: the first address. Null: there is none. */
  readonly gateway?: string | null
  /** How guests come to know their address. Default `dhcp`, and `slaac` for IPv6. */
  readonly mode?: FixedIp['mode']
  readonly dns?: readonly string[]
  readonly routes?: readonly { readonly destination: string; readonly nexthop: string }[]
  /** Addresses that are given out. Default: all but the gateway. */
  readonly pool?: { readonly first: string; readonly last: string }
}

const address = z.string().transform((text, { addIssue }) => {
  const found = canonicalIp(text)
  if (found === null) addIssue({ code: 'custom', message: 'must be an address' })
  return found ?? ''
})
const block = z.string().transform((text, { addIssue }): Cidr => {
  const found = parseCidr(text)
  if (found === null) addIssue({ code: 'custom', message: 'must be a block of addresses such as 10.1.0.0/24' })
  return found ?? { version: 4, value: 0n, prefix: 32 }
})
const SMALLEST = { 4: 8, 6: 48 } as const
const LARGEST = { 4: 30, 6: 126 } as const

const subnet = z
  .strictObject({
    cidr: block.refine(
      ({ version, prefix }) => prefix >= SMALLEST[version] && prefix <= LARGEST[version],
      'must have a prefix of 8 to 30, or of 48 to 126 for IPv6',
    ),
    gateway: address.nullable().optional(),
    mode: z.enum(['static', 'dhcp', 'slaac', 'dhcpv6-stateful', 'dhcpv6-stateless']).optional(),
    dns: z.array(address).max(8).default([]),
    routes: z
      .array(z.strictObject({ destination: block, nexthop: address }))
      .max(32)
      .default([]),
    pool: z.strictObject({ first: address, last: address }).optional(),
  })
  .transform((given, { addIssue }) => {
    const found = completed(given)
    if (typeof found === 'string') addIssue({ code: 'custom', message: found })
    return found
  })

interface Given {
  readonly cidr: Cidr
  readonly gateway?: string | null | undefined
  readonly mode?: FixedIp['mode'] | undefined
  readonly dns: readonly string[]
  readonly routes: readonly { readonly destination: Cidr; readonly nexthop: string }[]
  readonly pool?: { readonly first: string; readonly last: string } | undefined
}

export interface ParsedSubnet {
  readonly cidr: Cidr
  readonly gateway: string | null
  readonly mode: FixedIp['mode']
  readonly dns: readonly string[]
  readonly routes: FixedIp['routes']
  readonly pool: { readonly first: bigint; readonly last: bigint }
}

/** What is left out is filled in. A sentence's end where something does not fit the block. */
function completed(given: Given): ParsedSubnet | string {
  const { cidr, dns, routes } = given
  const range = hostRange(cidr)
  const inside = (text: string): boolean => {
    const ip = parseIp(text)
    return ip !== null && contains(cidr, ip) && ip.value >= range.first && ip.value <= range.last
  }
  const gateway = given.gateway === undefined ? formatIp({ version: cidr.version, value: range.first }) : given.gateway
  if (gateway !== null && !inside(gateway)) return 'has a gateway outside of its block'
  const mode = given.mode ?? (cidr.version === 4 ? 'dhcp' : 'slaac')
  if (gateway === null && mode !== 'static') return 'needs a gateway, which tells guests their address'
  const ofVersion6 = mode.startsWith('dhcpv6') || mode === 'slaac'
  if (mode !== 'static' && ofVersion6 !== (cidr.version === 6)) return `cannot have the mode ${mode}`
  if ((mode === 'slaac' || mode === 'dhcpv6-stateless') && cidr.prefix !== 64)
    return 'needs a prefix of 64 for its mode'
  const { first, last } = given.pool ?? {}
  if ([first, last].some((one) => one !== undefined && !inside(one))) return 'has a pool outside of its block'
  const pool = { first: valueOf(first) ?? range.first, last: valueOf(last) ?? range.last }
  if (pool.first > pool.last) return 'has a pool that ends before it begins'
  const sameKind = (text: string): boolean => parseIp(text)?.version === cidr.version
  if (!routes.every(({ destination, nexthop }) => sameKind(nexthop) && destination.version === cidr.version)) {
    return 'has a route of the other kind of address'
  }
  const shown = routes.map(({ destination, nexthop }) => ({ destination: formatCidr(destination), nexthop }))
  return { cidr, gateway, mode, dns, routes: shown, pool }
}

function valueOf(text: string | undefined): bigint | undefined {
  return text === undefined ? undefined : parseIp(text)?.value
}

const shape = z.strictObject({
  name: z
    .string()
    .regex(/^[^\p{Cc}\p{Cs}]{1,255}$/u, 'must be a name of 1 to 255 characters without control characters'),
  subnets: z
    .array(subnet)
    .min(1)
    .max(8)
    .refine((all) => {
      const blocks = all.map((one) => (one as ParsedSubnet).cidr)
      return blocks.every(
        (a, at) => !blocks.slice(at + 1).some((b) => a !== undefined && b !== undefined && overlap(a, b)),
      )
    }, 'must not overlap'),
  shared: z.boolean().default(false),
  nat: z.boolean().default(true),
  mtu: z.int().min(1280).max(65_535).default(1500),
})

export interface ParsedNetwork {
  readonly name: string
  readonly subnets: readonly ParsedSubnet[]
  readonly shared: boolean
  readonly nat: boolean
  readonly mtu: number
}

/** @throws `network.invalid` */
export function parseNetwork(input: NetworkInput): ParsedNetwork {
  return parse(shape, input, (what) => networkErrors.invalid({ what })) as ParsedNetwork
}

/** A port that somebody makes beforehand, to bring it to a server. */
export interface PortInput {
  readonly network: string
  readonly fixedIp?: string
  readonly mac?: string
}

const port = z.strictObject({
  network: z.guid(),
  fixedIp: address.optional(),
  // The first byte is even: addresses of one card, and not of a group.
  mac: z
    .string()
    .toLowerCase()
    .regex(
      /^[0-9a-f][02468ace](:[0-9a-f]{2}){5}$/,
      'must be the address of one network card, such as fa:16:3e:00:00:01',
    )
    .optional(),
})

/** @throws `network.invalid` */
export function parsePort(input: PortInput): z.output<typeof port> {
  return parse(port, input, (what) => networkErrors.invalid({ what }))
}
