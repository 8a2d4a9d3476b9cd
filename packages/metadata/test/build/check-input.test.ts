import { describe, expect, it } from 'vitest'
import type { FirstBootInput } from '@novakit/core'
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
    ['name server', { nics: [aNic({ fixedIps: [anAddress({ dns: ['1.1.1.1\n'] })] })] }],
  ])('S-INJ-3: has a line break in the %s', (what, given) => {
    expect(wrongInput(aServer(given))).toBe(`the ${what} has a line break or another control character in it`)
  })

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
