import { describe, expect, it } from 'vitest'
import { id, type FirstBootInput, type FixedIp, type Nic, type VlanLink } from '@novakit/core'
import { isTooDeep, usualFileLimits, wrongInput } from '../../src/build/check-input.ts'
import { MOST_BASE64, MOST_USER_DATA } from '../../src/build/user-data-limit.ts'
import { aNic, anAddress, aServer } from '../support/server.ts'

const injected = (path: string, bytes = 1): Partial<FirstBootInput> => ({
  files: [{ path, content: new Uint8Array(bytes) }],
})

describe('an input that is refused', () => {
  it.each([
    ['S-INJ-1: leads upwards', '../../etc/cron.d/x'],
    ['S-INJ-1: leads upwards', 'a/../../b'],
    ['S-INJ-1: leads upwards', '/..'],
    ['S-INJ-1: leads out of the guest’s own files', '/proc/self/root/etc/shadow'],
    ['S-INJ-1: leads out of the guest’s own files', '//sys/kernel/x'],
    ['S-INJ-1: leads out of the guest’s own files', './/./dev/mem'],
    ['S-INJ-1: names a folder', '/.'],
    ['S-INJ-1: names a folder', './'],
    ['S-INJ-1: has a control character in it', '/etc/a\0b'],
    ['S-INJ-3: has a control character in it', '/etc/a\r\nb'],
    ['S-INJ-1: must have 1 to 255 bytes', `/${'a'.repeat(255)}`],
    ['S-INJ-1: must have 1 to 255 bytes', `/${'ä'.repeat(128)}`],
    ['S-INJ-1: must have 1 to 255 bytes', ''],
    ['S-INJ-1: names a folder', '/etc/'],
  ])('%s (an injected file at %j)', (why, path) => {
    expect(wrongInput(aServer(injected(path)))).toBe(`the path of injected file 1 ${why.replace(/^S-INJ-\d: /, '')}`)
  })

  it('has too many injected files, or one that is too large', () => {
    const [file] = injected('/a').files!
    expect(wrongInput(aServer({ files: Array(6).fill(file!) }))).toBe('6 files are to be injected, and may be 5')
    expect(wrongInput(aServer(injected('/a', 10_241)))).toBe('injected file 1 has 10241 bytes, and may have 10240')
    expect(wrongInput(aServer(injected('/a', 10_241)), { ...usualFileLimits, bytes: 20_000 })).toBeNull()
  })

  it('has more user data than fits into 65,535 characters of base64', () => {
    expect(Buffer.alloc(MOST_USER_DATA).toString('base64').length).toBeLessThanOrEqual(MOST_BASE64)
    expect(Buffer.alloc(MOST_USER_DATA + 1).toString('base64').length).toBeGreaterThan(MOST_BASE64)
    expect(wrongInput(aServer({ userData: new Uint8Array(MOST_USER_DATA) }))).toBeNull()
    expect(wrongInput(aServer({ userData: new Uint8Array(MOST_USER_DATA + 1) }))).toMatch(/^the user data has/)
  })

  it.each<[string, Partial<FirstBootInput>]>([
    ['host name', { hostname: 'a\nb' }],
    ['zone', { zone: 'a\u2028b' }],
    ['reservation', { reservation: 'r\0' }],
    ['name of a key pair', { keys: [{ name: 'a\r\nb', type: 'ssh', data: '' }] }],
    ['name of a security group', { securityGroups: ['a', 'b\x1b'] }],
    ['device of a NIC', { nics: [aNic({ device: 'eth0\n' })] }],
    ['address of a NIC', { nics: [aNic({ mac: 'x\n' })] }],
    ['id', { ec2: { instance: 'i-1\nx' } }],
    ['id', { project: id('a\nb') }],
    ['name of the flavor', { flavor: { ...aServer().flavor, name: 'm1\nx' } }],
    ['name of a disk', { blockDeviceNames: { 'ebs0\nroot': '/dev/vdb' } }],
    ['name server', { nics: [aNic({ fixedIps: [anAddress({ dns: ['1.1.1.1\n'] })] })] }],
  ])('S-INJ-3: has a line break in the %s', (what, given) => {
    expect(wrongInput(aServer(given))).toBe(`the ${what} has a line break or another control character in it`)
  })

  it.each<[string, Partial<Nic> | { ip: Partial<FixedIp> }]>([
    ['has no MAC address', { mac: 'fa:16:3e' }],
    ['has an MTU that is none', { mtu: Number.NaN }],
    ['has an MTU that is none', { mtu: -1 }],
    ['has a VLAN that is not from 0 to 4095', { vlan: 4096 }],
    ['has an address that is none', { ip: { address: '10.0.0.256' } }],
    ['has an address with a prefix that is none', { ip: { prefix: 33 } }],
    ['has an address with a prefix that is none', { ip: { prefix: 24.5 } }],
    ['has a gateway that is no address', { ip: { gateway: '10.0.0.1\nrm -rf' } }],
    ['has a name server that is no address', { ip: { dns: ['dns.example'] } }],
    [
      'has a route that is not from a network to an address',
      { ip: { routes: [{ destination: '10.0.0.0', nexthop: '10.0.0.1' }] } },
    ],
    [
      'has a route that is not from a network to an address',
      { ip: { routes: [{ destination: '10.0.0.0/8', nexthop: '' }] } },
    ],
  ])('has a NIC that %s', (why, given) => {
    const nic = aNic('ip' in given ? { fixedIps: [anAddress(given.ip)] } : given)
    expect(wrongInput(aServer({ nics: [nic] }))).toBe(`NIC 1 ${why}`)
  })

  it.each<[string, Partial<VlanLink>]>([
    ['stands on what is neither a NIC nor a link before it', { on: 'itself' }],
    ['has the id of another one', { id: aNic().port }],
    ['has a VLAN that is not from 0 to 4095', { vlan: 5000 }],
  ])('has a link that %s', (why, given) => {
    const { port, mac, network } = aNic()
    const link = { type: 'vlan', id: 'itself', mac, mtu: null, network, fixedIps: [], on: port, vlan: 5 } as const
    expect(wrongInput(aServer({ links: [link] }))).toBeNull()
    expect(wrongInput(aServer({ links: [{ ...link, ...given }] }))).toBe(`link 1 ${why}`)
  })

  it.each<[string, Partial<FirstBootInput>]>([
    ['the host name must have 1 to 255 characters', { hostname: '' }],
    ['the launch index must be a whole number, 0 or more', { launchIndex: Number.NaN }],
    ['the dedicated processors must be whole numbers, 0 or more', { dedicatedCpus: [-1] }],
    [
      'it has 101 keys, and may have 100',
      { keys: Array.from({ length: 101 }, () => ({ name: 'k', type: 'ssh', data: 'x' })) },
    ],
    ['the random seed has 513 bytes, and may have 512', { randomSeed: new Uint8Array(513) }],
    ['the vendor data has something in it that JSON has no word for', { vendorData: { a: [1n] } }],
    ['the vendor data has something in it that JSON has no word for', { vendorData: { a: Number.NaN } }],
  ])('says that %s', (why, given) => expect(wrongInput(aServer(given))).toBe(why))

  it('has vendor data that is nested without end', () => {
    const deep = JSON.parse('['.repeat(20_000) + ']'.repeat(20_000)) as unknown
    expect(wrongInput(aServer({ vendorData: { deep } }))).toBe('the vendor data is nested deeper than 100 levels')
    expect(isTooDeep({ a: [{ b: 1 }] })).toBe(false)
  })
})

describe('an input that is taken', () => {
  it('may say anything in its metadata, its name and its key', () => {
    const text = 'a\r\nb\0c\u2028'
    const keys = [{ name: 'k', type: 'x509' as const, data: text }]
    expect(wrongInput(aServer({ name: text, metadata: { [text]: text }, keys }))).toBeNull()
  })

  it('may put files at deep, dotted and relative paths', () => {
    for (const path of ['/etc/cron.d/x', 'etc/x', '/var/me/.ssh/authorized_keys', '/a/..b/c..', '/процесс']) {
      expect([path, wrongInput(aServer(injected(path)))]).toEqual([path, null])
    }
  })
})
