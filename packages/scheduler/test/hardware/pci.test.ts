import type { PciPolicy, PciRequest, ProviderId } from '@novakit/core'
import { pciRequestsOf, takeDevices, type Nearness, type PciPool } from '@novakit/scheduler'
import { cell, devices, flavor, image, numa } from '@novakit/scheduler/testing'
import { describe, expect, it } from 'vitest'

// Expected values are worked out from nova/pci/stats.py, `_filter_pools` and `_apply_request`.

const nic = { vendor_id: '8086', product_id: '1520' }
const vf = { ...nic, dev_type: 'type-VF' }
const pf = { ...nic, dev_type: 'type-PF' }
const anywhere: Nearness = { cells: null, host: null }

const asks = (count: number, spec: PciRequest['specs'][number], policy: PciPolicy | null = null): PciRequest => ({
  id: 'pci-0',
  count,
  specs: [spec],
  policy,
  ofPort: false,
})

/** Devices left in each pool, or null. */
const left = (pools: readonly PciPool[], request: PciRequest, near = anywhere) =>
  takeDevices(pools, [request], null, near)?.map(({ count }) => count) ?? null

describe('devices', () => {
  it.each([
    ['come from the pool that matches', [devices(2, vf), devices(2, { vendor_id: '10de' })], asks(1, nic), [1, 2]],
    ['are matched without regard to case', [devices(2, { vendor_id: '10DE' })], asks(1, { vendor_id: '10de' }), [1]],
    ['come from several pools, one after the other', [devices(1, vf), devices(2, vf)], asks(2, nic), [1]],
    ['are no more than there are', [devices(1, vf)], asks(2, nic), null],
    ['must have every tag', [devices(1, vf)], asks(1, { ...vf, physical_network: 'a' }), null],
    ['are no physical functions unless asked for', [devices(1, pf)], asks(1, nic), null],
    ['are physical functions when asked for', [devices(1, pf)], asks(1, pf), []],
    ['are no vDPA devices unless asked for', [devices(1, { ...nic, dev_type: 'vdpa' })], asks(1, nic), null],
    ['are not managed remotely unless asked for', [devices(1, { ...vf, remote_managed: 'true' })], asks(1, vf), null],
    [
      'move alive if they must',
      [devices(1, vf), devices(1, { ...vf, live_migratable: 'true' })],
      asks(1, { ...nic, live_migratable: 'true' }),
      [1],
    ],
    ['pass over what only steers', [devices(1, vf)], asks(1, { ...vf, resource_class: 'CUSTOM_NIC' }), []],
  ] as const)('%s', (_, pools, request, expected) => {
    expect(left(pools, request)).toEqual(expected)
  })

  it('are any of several kinds', () => {
    const either = { ...asks(1, nic), specs: [{ vendor_id: 'ffff' }, { vendor_id: '10de' }] }
    expect(left([devices(2, { vendor_id: '10de' })], either)).toEqual([1])
  })

  it('are taken by one request after the other', () => {
    const pools = [devices(2, vf)]
    expect(takeDevices(pools, [asks(1, nic), asks(1, nic)], null, anywhere)).toEqual([])
    expect(takeDevices(pools, [asks(2, nic), asks(1, nic)], null, anywhere)).toBeNull()
  })
})

describe('devices near a guest', () => {
  const host = numa(cell(0, { socket: 0 }), cell(1, { socket: 0 }), cell(2, { socket: 1 }))
  const at = (cells: readonly number[], sockets = true): Nearness => ({
    cells,
    host: sockets ? host : numa(...host.cells.map((each) => ({ ...each, socket: null }))),
  })
  const here = devices(1, vf, 0)
  const beside = devices(1, vf, 1)
  const far = devices(1, vf, 2)
  const lost = devices(1, vf, null)

  it.each([
    ['required takes those of its cell', 'required', [here], at([0]), []],
    ['required takes no other', 'required', [beside, lost], at([0]), null],
    ['legacy takes those of its cell', 'legacy', [far, here], at([0]), [1]],
    ['legacy takes those of no known cell', 'legacy', [lost], at([0]), []],
    ['legacy takes none of another cell', null, [beside], at([0]), null],
    ['preferred takes its own first', 'preferred', [far, here], at([0]), [1]],
    ['preferred takes any', 'preferred', [far], at([0]), []],
    ['socket takes its own first', 'socket', [beside, here], at([0]), [1]],
    ['socket takes those of its socket', 'socket', [beside], at([0]), []],
    ['socket takes none of another', 'socket', [far], at([0]), null],
    ['socket needs a host that tells its sockets', 'socket', [beside], at([0], false), null],
    ['any of the cells of a guest will do', 'required', [far], at([0, 2]), []],
    ['a guest without cells takes any', 'required', [far], anywhere, []],
  ] as const)('%s', (_, policy, pools, near, expected) => {
    expect(left(pools, asks(1, nic, policy), near)).toEqual(expected)
  })
})

describe('devices that Placement counts', () => {
  const of = (provider: string, count: number): PciPool => ({ ...devices(count, vf), provider: provider as ProviderId })
  const mapping = (...providers: string[]) =>
    new Map(providers.map((each, at) => [`pci-0-${at}`, [each as ProviderId]]))

  it('come from the providers of the candidate', () => {
    const after = takeDevices([of('a', 2), of('b', 2)], [asks(2, nic)], mapping('b', 'b'), anywhere)
    expect(after?.map(({ provider, count }) => [provider, count])).toEqual([['a', 2]])
    const each = takeDevices([of('a', 2), of('b', 2)], [asks(2, nic)], mapping('a', 'b'), anywhere)
    expect(each?.map(({ count }) => count)).toEqual([1, 1])
  })

  it('are refused where a provider has too few, or two pools', () => {
    expect(takeDevices([of('a', 1), of('b', 5)], [asks(2, nic)], mapping('a', 'a'), anywhere)).toBeNull()
    expect(takeDevices([of('a', 1), of('a', 1)], [asks(1, nic)], mapping('a'), anywhere)).toBeNull()
  })

  it('are not those of ports', () => {
    expect(takeDevices([of('a', 1)], [{ ...asks(1, nic), ofPort: true }], mapping('b'), anywhere)).toEqual([])
  })
})

describe('aliases', () => {
  const aliases = { gpu: { specs: [{ vendor_id: '10de' }], policy: 'preferred' as const }, nic: { specs: [nic] } }
  const read = (alias: string, more: Record<string, string> = {}) =>
    pciRequestsOf(
      { flavor: flavor({ extraSpecs: { 'pci_passthrough:alias': alias, ...more } }), image: image() },
      aliases,
    )

  it('make requests', () => {
    expect(read('gpu:2, nic:1')).toMatchObject([
      { id: 'pci-0', count: 2, specs: [{ vendor_id: '10de' }], policy: 'preferred' },
      { id: 'pci-1', count: 1, specs: [nic], policy: null },
    ])
    expect(read('gpu:1', { 'hw:pci_numa_affinity_policy': 'required' })).toMatchObject([{ policy: 'required' }])
    expect(pciRequestsOf({ flavor: flavor(), image: null }, aliases)).toEqual([])
  })

  it.each(['tpu:1', 'gpu', 'gpu:0', 'gpu:x', 'gpu:-1', 'gpu:99999', ',', '__proto__:1'])(
    'that are none give none: %s',
    (alias) => {
      expect(read(alias)).toBeNull()
    },
  )
})
