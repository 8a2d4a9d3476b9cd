import { isIPv4, isIPv6 } from 'node:net'
import { z } from 'zod'

/** Text as it is, or `{ "base64": "…" }`. */
const bytes = z.union([
  z.string().transform((text): Uint8Array => Buffer.from(text)),
  z.strictObject({ base64: z.base64() }).transform(({ base64 }): Uint8Array => Buffer.from(base64, 'base64')),
])

const text = z.string()
const list = <Item extends z.ZodType>(item: Item) => z.array(item).default([])
const ip = text.refine((address) => isIPv4(address) || isIPv6(address), 'must be an IP address')
const mac = text.regex(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i, 'must be a MAC address')

const fixedIp = z
  .strictObject({
    address: ip,
    prefix: z.int().min(0).max(128),
    gateway: ip.nullable().default(null),
    mode: z.enum(['static', 'dhcp', 'slaac', 'dhcpv6-stateful', 'dhcpv6-stateless']).default('static'),
    dns: list(ip),
    routes: list(z.strictObject({ destination: text, nexthop: ip })),
  })
  .transform((given) => ({ ...given, version: isIPv4(given.address) ? (4 as const) : (6 as const) }))

const nic = z.strictObject({
  port: text.optional(),
  network: text.default('network'),
  mac,
  mtu: z.int().min(68).max(65_535).default(1500),
  fixedIps: list(fixedIp),
  vifType: text.default('bridge'),
  device: text.default(''),
  tag: text.nullable().default(null),
  vlan: z.int().min(1).max(4094).nullable().default(null),
  trusted: z.boolean().default(false),
  floatingIps: list(ip),
})

const stacked = {
  id: text,
  mac,
  mtu: z.int().nullable().default(null),
  network: text.default('network'),
  fixedIps: list(fixedIp),
}

const link = z.discriminatedUnion('type', [
  z.strictObject({ ...stacked, type: z.literal('vlan'), on: text, vlan: z.int().min(1).max(4094) }),
  z.strictObject({
    ...stacked,
    type: z.literal('bond'),
    over: z.array(text).min(1),
    mode: z.enum(['802.3ad', 'balance-rr', 'active-backup', 'balance-xor', 'broadcast', 'balance-tlb', 'balance-alb']),
    lookEvery: z.int().optional(),
    hashPolicy: z.enum(['layer2', 'layer2+3', 'layer3+4', 'encap2+3', 'encap3+4']).optional(),
  }),
])

const device = z.strictObject({
  type: z.enum(['nic', 'disk', 'share']),
  bus: text.default('none'),
  address: text.default('none'),
  tags: list(text),
  mac: mac.optional(),
  serial: text.optional(),
  path: text.optional(),
  vlan: z.int().optional(),
  trusted: z.boolean().optional(),
  share: text.optional(),
  shareTag: text.optional(),
})

/** A server as a person writes it down: its id alone is enough. */
export const serverShape = z.strictObject({
  server: z.guid(),
  name: text.default('server'),
  hostname: text.optional(),
  project: text.default('project'),
  user: text.default('user'),
  launchIndex: z.int().min(0).default(0),
  reservation: text.default('r-00000000'),
  zone: text.nullable().default('nova'),
  flavor: text.default('custom'),
  image: z
    .strictObject({ id: text, properties: z.record(text, text).default({}) })
    .nullable()
    .default(null),
  metadata: z.record(text, text).default({}),
  keys: list(z.strictObject({ name: text, type: z.enum(['ssh', 'x509']).default('ssh'), data: text })),
  userData: bytes.nullable().default(null),
  nics: list(nic),
  links: list(link),
  devices: list(device),
  files: list(z.strictObject({ path: text, content: bytes })),
  adminPassword: text.nullable().default(null),
  randomSeed: bytes.nullable().default(null),
  vendorData: z.record(text, z.unknown()).nullable().default(null),
  securityGroups: list(text),
  dedicatedCpus: list(z.int().min(0)),
  createdAt: z.iso.datetime().default('1970-01-01T00:00:00Z'),
})

export type ServerDescription = z.output<typeof serverShape>
