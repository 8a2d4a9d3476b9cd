import { BlockList, isIPv6 } from 'node:net'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  canonicalIp,
  contains,
  eui64,
  formatIp,
  hostRange,
  overlap,
  parseCidr,
  parseIp,
} from '../../src/networks/ip.ts'

test.each([
  ['10.0.0.1', '10.0.0.1'],
  ['::', '::'],
  ['::1', '::1'],
  ['FD00:0:0:1:0:0:0:5', 'fd00:0:0:1::5'],
  ['fd00::1:0:0:1', 'fd00::1:0:0:1'],
  ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
  ['1::', '1::'],
])('%s is written %s', (text, canonical) => {
  expect(canonicalIp(text)).toBe(canonical)
})

test.each(['', '10.0.0', '10.0.0.256', '010.0.0.1', '::ffff:10.0.0.1', 'fe80::1%eth0', '1.1.1.1 evil', ':::'])(
  '%j is no address',
  (text) => {
    expect(canonicalIp(text)).toBeNull()
  },
)

test('every address comes back from its canonical text, which is an address to others too', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }),
      fc.bigInt({ min: 0n, max: 2n ** 32n - 1n }),
      (six, four) => {
        const texts = [formatIp({ version: 6, value: six }), formatIp({ version: 4, value: four })]
        expect(isIPv6(texts[0] ?? '')).toBe(true)
        expect(texts.map((text) => parseIp(text)?.value)).toEqual([six, four])
      },
    ),
  )
})

test('what is in a block is what Node says is in it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 32 }), fc.nat(2 ** 31), fc.nat(2 ** 31), (prefix, a, b) => {
      const base = (BigInt(a) >> BigInt(32 - prefix)) << BigInt(32 - prefix)
      const list = new BlockList()
      list.addSubnet(formatIp({ version: 4, value: base }), prefix, 'ipv4')
      const ip = { version: 4, value: BigInt(b) } as const
      expect(contains({ version: 4, value: base, prefix }, ip)).toBe(list.check(formatIp(ip), 'ipv4'))
    }),
  )
})

test('blocks have no bits beyond their prefix', () => {
  expect(parseCidr('10.0.0.0/24')).toEqual({ version: 4, value: 0x0a000000n, prefix: 24 })
  for (const text of [
    '10.0.0.1/24',
    '10.0.0.0/33',
    '10.0.0.0/024',
    '10.0.0.0',
    '10.0.0.0/',
    'fd00::/129',
    '10.0.0.0/8 ',
  ]) {
    expect(parseCidr(text), text).toBeNull()
  }
  const block = (text: string) => parseCidr(text) ?? expect.fail(text)
  expect([
    overlap(block('10.0.0.0/8'), block('10.1.0.0/16')),
    overlap(block('10.0.0.0/16'), block('10.1.0.0/16')),
  ]).toEqual([true, false])
  expect(hostRange(block('10.0.0.0/30'))).toEqual({ first: 0x0a000001n, last: 0x0a000002n })
})

test('a guest’s own address follows from its hardware address', () => {
  const block = parseCidr('fd00:1::/64') ?? expect.fail()
  expect(formatIp(eui64(block, 'fa:16:3e:12:34:56'))).toBe('fd00:1::f816:3eff:fe12:3456')
})
