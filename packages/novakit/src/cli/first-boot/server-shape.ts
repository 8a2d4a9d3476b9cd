import { isIPv4, isIPv6 } from 'node:net'
import { z } from 'zod'

/** Text as it is, or `{ "base64": "…" }`. */
const bytes = z.union([
  z.string(),
  z.strictObject({ base64: z.base64() }).transform(({ base64 }): Uint8Array => Buffer.from(base64, 'base64')),
])

const text = z.string()
const texts = z.array(text)
const ip = text.refine((address) => isIPv4(address) || isIPv6(address), 'must be an IP address')
const mac = text.regex(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i, 'must be a MAC address')
const vlan = z.int().min(1).max(4094)

const fixedIp = z
  .strictObject({
    address: ip,
    prefix: z.int().min(0).max(128),
    gateway: ip.nullish(),
    mode: z.enum(['static', 'dhcp', 'slaac', 'dhcpv6-stateful', 'dhcpv6-stateless']).optional(),
    dns: z.array(ip).optional(),
    routes: z.array(z.strictObject({ destination: text, nexthop: ip })).optional(),
  })
  .refine(({ address, prefix }) => prefix <= (isIPv4(address) ? 32 : 128), {
    path: ['prefix'],
    error: 'must be at most 32 for IPv4',
  })

const nic = z.strictObject({
  mac,
  port: text.optional(),
  network: text.optional(),
  mtu: z.int().min(68).max(65_535).optional(),
  fixedIps: z.array(fixedIp).optional(),
  vifType: text.optional(),
  device: text.optional(),
  tag: text.nullish(),
  vlan: vlan.nullish(),
  trusted: z.boolean().optional(),
  floatingIps: z.array(ip).optional(),
})

const completeIp = fixedIp.transform((given) => ({
  gateway: null,
  mode: 'static',
  dns: [],
  routes: [],
  ...given,
  version: isIPv4(given.address) ? 4 : 6,
}))

const stacked = {
  id: text,
  mac,
  mtu: z.int().nullable().default(null),
  network: text.default('network'),
  fixedIps: z.array(completeIp).default([]),
}

const link = z.discriminatedUnion('type', [
  z.strictObject({ ...stacked, type: z.literal('vlan'), on: text, vlan }),
  z.strictObject({
    ...stacked,
    type: z.literal('bond'),
    over: texts.min(1),
    mode: z.enum(['802.3ad', 'balance-rr', 'active-backup', 'balance-xor', 'broadcast', 'balance-tlb', 'balance-alb']),
    lookEvery: z.int().optional(),
    hashPolicy: z.enum(['layer2', 'layer2+3', 'layer3+4', 'encap2+3', 'encap3+4']).optional(),
  }),
])

const device = z.strictObject({
  type: z.enum(['nic', 'disk', 'share']),
  bus: text.default('none'),
  address: text.default('none'),
  tags: texts.default([]),
  mac: mac.optional(),
  serial: text.optional(),
  path: text.optional(),
  vlan: vlan.optional(),
  trusted: z.boolean().optional(),
  share: text.optional(),
  shareTag: text.optional(),
})

/** `DescribedServer` of `@novakit/metadata` as JSON. */
export const serverShape = z.strictObject({
  server: z.guid(),
  name: text.optional(),
  hostname: text.optional(),
  project: text.optional(),
  user: text.optional(),
  launchIndex: z.int().min(0).optional(),
  reservation: text.optional(),
  zone: text.nullish(),
  flavor: text.optional(),
  image: z.strictObject({ id: text, properties: z.record(text, text).optional() }).nullish(),
  metadata: z.record(text, text).optional(),
  keys: z.array(z.strictObject({ name: text, type: z.enum(['ssh', 'x509']).optional(), data: text })).optional(),
  userData: bytes.nullish(),
  nics: z.array(nic).optional(),
  links: z.array(link).optional(),
  devices: z.array(device).optional(),
  files: z.array(z.strictObject({ path: text, content: bytes })).optional(),
  adminPassword: text.nullish(),
  /** 512 bytes, as `{ "base64": "…" }`. */
  randomSeed: bytes.nullish(),
  vendorData: z.record(text, z.unknown()).nullish(),
  securityGroups: texts.optional(),
  dedicatedCpus: z.array(z.int().min(0)).optional(),
  blockDeviceNames: z.record(text, text).optional(),
  interfacesFile: text.optional(),
  createdAt: z.iso
    .datetime()
    .transform((at) => new Date(at))
    .optional(),
})
