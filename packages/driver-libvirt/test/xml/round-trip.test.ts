import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { diskXml, interfaceXml, networkXml, nwfilterXml, readXml, writeXml, type Element } from '../../src/xml/index.ts'

/** Text that XML can hold. */
const legal = fc
  .string({ unit: 'grapheme', minLength: 1 })
  .map((text) => text.replaceAll(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '?'))
const name = fc.stringMatching(/^[A-Za-z_][\w.-]{0,8}$/)
/** What is left of text between elements once blanks are gone. */
const spoken = legal.filter((text) => text.trim() !== '')

const { tree } = fc.letrec<{ tree: Element }>((tie) => ({
  tree: fc.record({
    name,
    attributes: fc.dictionary(name, legal, { maxKeys: 4 }),
    children: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constant([]),
      legal.map((text) => [text]),
      fc.array(tie('tree'), { maxLength: 4 }),
      fc.tuple(spoken, tie('tree'), spoken).map((mixed) => [...mixed]),
    ),
  }),
}))

describe('reading what was written', () => {
  test('brings back any element, with every character', () => {
    fc.assert(
      fc.property(tree, (element) => {
        expect(readXml(writeXml(element))).toEqual(element)
      }),
      { numRuns: 500 },
    )
  })

  test('brings back any disk', () => {
    const maybe = <T>(key: string, value: fc.Arbitrary<T>) =>
      fc.option(value, { nil: undefined }).map((some) => (some === undefined ? {} : { [key]: some }))
    const disks = fc
      .tuple(
        fc.constantFrom('file' as const, 'block' as const),
        maybe('device', fc.constantFrom('disk', 'cdrom', 'lun')),
        maybe('source', legal),
        maybe('driver', fc.record({ name: fc.constant('qemu'), type: fc.constantFrom('raw', 'qcow2') })),
        maybe('ioTune', fc.record({ totalIopsSec: fc.nat(), readBytesSec: fc.maxSafeNat() })),
        maybe('readonly', fc.constant(true)),
        maybe('serial', legal),
        maybe('bootOrder', fc.nat()),
        maybe(
          'address',
          fc.record({ type: fc.constant('pci'), place: fc.record({ bus: fc.nat(255), slot: fc.nat(31) }) }),
        ),
        legal,
      )
      .map(([type, device, source, driver, ioTune, readonly, serial, bootOrder, address, dev]) => ({
        type,
        ...device,
        ...source,
        ...driver,
        ...ioTune,
        ...readonly,
        ...serial,
        ...bootOrder,
        ...address,
        target: { dev, bus: 'virtio' as const },
      }))
    fc.assert(
      fc.property(disks, (disk) => {
        expect(diskXml.parse(diskXml.build(disk as never))).toEqual(disk)
      }),
    )
  })

  test('brings back any interface, network and filter', () => {
    const parameters = fc.array(fc.record({ name: legal, value: legal }), { minLength: 1, maxLength: 3 })
    const interfaces = fc.record({
      type: fc.constant('bridge' as const),
      source: legal,
      mac: legal,
      mtu: fc.nat(),
      filter: fc.record({ name: legal, parameters }),
      bandwidth: fc.record({ inbound: fc.record({ average: fc.nat(), peak: fc.nat() }) }),
    })
    const networks = fc.record({
      name: legal,
      bridge: fc.record({ name: legal, stp: fc.boolean(), delay: fc.nat() }),
      ips: fc.array(fc.record({ address: legal, prefix: fc.nat(128) }), { minLength: 1, maxLength: 3 }),
    })
    const rule = fc.record({
      action: fc.constantFrom('drop' as const, 'accept' as const),
      direction: fc.constantFrom('in' as const, 'out' as const),
      priority: fc.integer({ min: -1000, max: 1000 }),
      matches: fc.array(
        fc.record({
          protocol: fc.constantFrom('ip' as const, 'tcp' as const, 'mac' as const),
          match: fc.boolean(),
          fields: fc.dictionary(fc.constantFrom('srcipaddr', 'dstportstart', 'comment'), legal),
        }),
        { minLength: 1, maxLength: 2 },
      ),
    })
    const filters = fc.record({ name: legal, rules: fc.array(rule, { minLength: 1, maxLength: 4 }) })
    fc.assert(
      fc.property(interfaces, networks, filters, (nic, network, filter) => {
        expect(interfaceXml.parse(interfaceXml.build(nic))).toEqual(nic)
        expect(networkXml.parse(networkXml.build(network))).toEqual(network)
        expect(nwfilterXml.parse(nwfilterXml.build(filter))).toEqual(filter)
      }),
    )
  })
})
