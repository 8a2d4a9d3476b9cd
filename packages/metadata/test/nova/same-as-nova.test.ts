import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FirstBootInput } from '@novakit/core'
import { configDriveFiles } from '../../src/build/config-drive-files.ts'
import { ec2Ids } from '../../src/build/ec2-ids.ts'
import { EC2_VERSIONS } from '../../src/build/versions.ts'
import { firstBootInput } from '../../src/first-boot/first-boot-input.ts'
import { askPython } from '../support/ask-python.ts'
import { installed } from '../../../../tools/servers/installed.ts'

const teller = path.join(import.meta.dirname, 'teller.py')
const SERVERS = 150

const word = fc.string({ minLength: 1, maxLength: 12 })
const anyText = fc.string({ unit: 'binary', maxLength: 30 })
const some = <T>(value: fc.Arbitrary<T>, maxLength = 3) => fc.array(value, { maxLength })
const mac = fc.stringMatching(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/)

const v4 = fc.record({
  address: fc.ipV4(),
  prefix: fc.integer({ min: 1, max: 32 }),
  gateway: fc.option(fc.ipV4()),
  mode: fc.constantFrom('static' as const, 'dhcp' as const),
  dns: some(fc.ipV4()),
  routes: some(
    fc.record({
      destination: fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 })).map((pair) => pair.join('/')),
      nexthop: fc.ipV4(),
    }),
  ),
})

/** As people and Neutron write them: Python and RFC 5952 disagree about IPv4 within IPv6. */
const v6Address = some(fc.integer({ min: 0, max: 0xffff }), 5).map((groups) => {
  const shown = groups.map((group) => group.toString(16)).join(':')
  return new URL(`http://[2001:db8::${shown}]`).hostname.slice(1, -1)
})
const v6 = fc.record({
  address: v6Address,
  prefix: fc.integer({ min: 32, max: 128 }),
  gateway: fc.option(v6Address),
  mode: fc.constantFrom(
    'static' as const,
    'dhcp' as const,
    'slaac' as const,
    'dhcpv6-stateful' as const,
    'dhcpv6-stateless' as const,
  ),
  dns: some(v6Address),
  routes: some(
    fc.record({
      destination: fc.tuple(v6Address, fc.integer({ min: 32, max: 128 })).map((pair) => pair.join('/')),
      nexthop: v6Address,
    }),
  ),
})

const nic = fc.record({
  port: fc.uuid(),
  network: fc.uuid(),
  mac,
  mtu: fc.integer({ min: 68, max: 65_535 }),
  fixedIps: fc.array(fc.oneof(v4, v6), { minLength: 1, maxLength: 4 }),
  vifType: fc.constantFrom(
    'bridge',
    'ovs',
    'tap',
    'vhostuser',
    'hw_veb',
    'macvtap',
    'hostdev_physical',
    'vif',
    'other',
  ),
  device: fc.constantFrom('', 'tap0', 'tap1'),
  floatingIps: some(fc.ipV4(), 2),
})

/** Python writes other numbers otherwise: `5e-05`. */
function withWholeNumbers(value: unknown): unknown {
  const replacer = (_: string, each: unknown) => (typeof each === 'number' ? Math.trunc(each % 1_000_000) : each)
  return JSON.parse(JSON.stringify(value, replacer))
}

const bus = fc.constantFrom('pci', 'usb', 'scsi', 'ide', 'xen')
const device = fc.oneof(
  fc.record(
    {
      type: fc.constant('nic' as const),
      bus,
      address: word,
      mac,
      tags: some(word),
      vlan: fc.integer({ min: 1, max: 4094 }),
      trusted: fc.boolean(),
    },
    { requiredKeys: ['type', 'bus', 'address', 'mac', 'tags'] },
  ),
  fc.record(
    { type: fc.constant('disk' as const), bus, address: word, serial: word, path: word, tags: some(word) },
    { requiredKeys: ['type', 'bus', 'address', 'tags'] },
  ),
)

const server = fc.record({
  server: fc.uuid(),
  name: anyText,
  hostname: word,
  project: word,
  launchIndex: fc.nat({ max: 1000 }),
  reservation: word,
  zone: fc.option(word),
  flavor: word,
  image: fc.option(
    fc.record({
      id: fc.uuid(),
      properties: fc.record({ kernel_id: fc.uuid(), ramdisk_id: fc.uuid() }, { requiredKeys: [] }),
    }),
  ),
  metadata: fc.dictionary(anyText, anyText, { maxKeys: 4 }),
  keys: some(fc.record({ name: word, type: fc.constantFrom('ssh' as const, 'x509' as const), data: anyText }), 1),
  userData: fc.option(fc.uint8Array({ maxLength: 200 })),
  nics: some(nic),
  devices: some(device),
  files: some(fc.record({ path: word, content: fc.uint8Array({ maxLength: 100 }) })),
  adminPassword: fc.option(anyText),
  randomSeed: fc.uint8Array({ minLength: 512, maxLength: 512 }),
  vendorData: fc.dictionary(word, fc.jsonValue({ maxDepth: 2 }).map(withWholeNumbers), { maxKeys: 3 }),
  securityGroups: some(word),
  dedicatedCpus: fc.uniqueArray(fc.nat({ max: 300 }), { maxLength: 6 }),
  interfacesFile: fc.constantFrom('auto lo\niface lo inet loopback\n', ''),
})

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')

/** The same server as Nova's side is given it. */
function question(input: FirstBootInput): unknown {
  const { instance, image, kernel, ramdisk } = ec2Ids(input)
  return {
    ...input,
    flavor: input.flavor.name,
    userData: input.userData === null ? null : base64(input.userData),
    randomSeed: base64(input.randomSeed!),
    files: input.files.map((file) => ({ path: file.path, content: base64(file.content) })),
    ec2: { instance_id: instance, ami_id: image, kernel_id: kernel, ramdisk_id: ramdisk },
    blockDevices: { ami: 'sda1', ephemeral0: 'sda2', root: '/dev/sda1', swap: 'sda3' },
    interfacesFile: input.interfacesFile ?? null,
  }
}

/** Debian's Nova is of 2022: its latest is 2020-10-14. */
function ours(input: FirstBootInput): Readonly<Record<string, string>> {
  const files = configDriveFiles(input, { ec2Versions: [...EC2_VERSIONS, 'latest'] })
  const known = files.filter(({ path: at }) => !at.startsWith('openstack/latest/'))
  const renamed = known.flatMap((file) => [
    file,
    ...(file.path.startsWith('openstack/2020-10-14/')
      ? [{ ...file, path: file.path.replace('2020-10-14', 'latest') }]
      : []),
  ])
  return Object.fromEntries(
    renamed
      .filter(({ path: at }) => !at.startsWith('openstack/2025-04-04/'))
      .map(({ path: at, content }) => [at, base64(content)]),
  )
}

const source = await installed('nova', 'source')
const title = 'every file of a config drive is what Nova itself writes'

if ('missing' in source) it.skip(`${title} (skipped: ${source.missing})`, () => undefined)
else {
  describe(title, () => {
    it(`for ${SERVERS} servers of every kind, in every version`, async () => {
      const seed = 20_261_122
      const inputs = fc
        .sample(server, { numRuns: SERVERS, seed })
        .map(({ interfacesFile, ...given }) =>
          firstBootInput({ ...given, ...(interfacesFile === '' ? {} : { interfacesFile }) }),
        )
      const theirs = (await askPython([teller, source.says], inputs.map(question))) as Record<string, string>[]
      const text = (encoded: string | undefined) =>
        encoded === undefined ? null : Buffer.from(encoded, 'base64').toString()
      for (const [index, input] of inputs.entries()) {
        const [own, nova] = [ours(input), theirs[index]!]
        expect(new Set(Object.keys(own))).toEqual(new Set(Object.keys(nova)))
        for (const at of Object.keys(nova)) expect([index, at, text(own[at])]).toEqual([index, at, text(nova[at])])
        expect(own).toEqual(nova)
      }
    })
  })
}
