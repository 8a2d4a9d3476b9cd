import {
  fitTopology,
  hardwareRequestOf,
  hostTopologyOf,
  takeTopology,
  type GuestTopology,
  type HostTopology,
} from '@novakit/scheduler'
import { cell, devices, flavor, numa } from '@novakit/scheduler/testing'
import { describe, expect, it } from 'vitest'

// Expected values are worked out from nova/virt/hardware.py, `numa_fit_instance_to_host`, `_numa_fit_instance_cell` and
// `_pack_instance_onto_cores`.

type Words = Readonly<Record<string, string>>

function guest(extraSpecs: Words, vcpus = 2, memory = 1024): GuestTopology {
  const answer = hardwareRequestOf({ flavor: flavor({ vcpus, memory, extraSpecs }), image: null })
  if (!answer.ok || answer.hardware.topology === null) throw new Error('no topology')
  return answer.hardware.topology
}

const pinned = (threads?: string, more: Words = {}, vcpus = 2) =>
  guest(
    { 'hw:cpu_policy': 'dedicated', ...(threads === undefined ? {} : { 'hw:cpu_thread_policy': threads }), ...more },
    vcpus,
  )

/** Host cell, pins as guest → host, and what is reserved, for each cell of the guest. */
function found(host: HostTopology, asked: GuestTopology, options: Parameters<typeof fitTopology>[2] = {}) {
  const fitted = fitTopology(host, asked, options)
  return fitted?.cells.map(({ host: at, pins, reserved }) => [at, Object.fromEntries(pins), [...reserved]]) ?? null
}

describe('processors of its own', () => {
  it.each([
    ['take whole cores first', cell(0, { threads: 2 }), undefined, 2, { 0: 0, 1: 1 }],
    ['take emptier cores first', cell(0, { threads: 2, pinned: [0] }), undefined, 2, { 0: 2, 1: 3 }],
    ['take what is left where no core is free', cell(0, { threads: 2, pinned: [0, 2] }), undefined, 2, { 0: 1, 1: 3 }],
    ['of an odd number spread over whole cores', cell(0, { threads: 2 }), 'prefer', 3, { 0: 0, 1: 1, 2: 2 }],
    ['of an odd number with siblings where they must', cell(0, { threads: 2 }), 'require', 3, { 0: 0, 1: 1, 2: 2 }],
    ['with siblings do not do with single threads', cell(0, { threads: 2, pinned: [0, 2] }), 'require', 2, null],
    ['with siblings need a host that has some', cell(0), 'require', 2, null],
    ['isolated take one thread of each core', cell(0, { threads: 2 }), 'isolate', 2, { 0: 0, 1: 2 }],
    ['isolated need whole cores', cell(0, { threads: 2, pinned: [3] }), 'isolate', 2, null],
    ['isolated take any where cores have one thread', cell(0, { pinned: [0] }), 'isolate', 2, { 0: 1, 1: 2 }],
    ['isolated need a host that shares none apart', cell(0, { threads: 2, shared: [] }), 'isolate', 2, null],
    ['are no more than there are', cell(0, { pinned: [0, 1, 2] }), undefined, 2, null],
  ] as const)('%s', (_, host, threads, vcpus, pins) => {
    expect(found(numa(host), pinned(threads, {}, vcpus))).toEqual(pins === null ? null : [[0, pins, []]])
  })

  it.each([
    ['the emulator has one of its own beside the guest', cell(0, { threads: 2 }), 'prefer', { 0: 0, 1: 1 }, [2]],
    [
      'the emulator has a core of its own where cores are isolated',
      cell(0, { threads: 2, dedicated: [0, 1, 2, 3, 4, 5] }),
      'isolate',
      { 0: 0, 1: 2 },
      [4],
    ],
    ['isolated cores leave none to the emulator', cell(0, { threads: 2 }), 'isolate', null, []],
    ['too few for both', cell(0, { pinned: [0, 1] }), undefined, null, []],
  ] as const)('%s', (_, host, threads, pins, reserved) => {
    const asked = pinned(threads, { 'hw:emulator_threads_policy': 'isolate' })
    expect(found(numa(host), asked)).toEqual(pins === null ? null : [[0, pins, reserved]])
  })

  it('are mixed with shared ones by a mask', () => {
    const asked = guest({ 'hw:cpu_policy': 'mixed', 'hw:cpu_dedicated_mask': '2-3' }, 4)
    expect(found(numa(cell(0, { dedicated: [2, 3], shared: [0, 1] })), asked)).toEqual([[0, { 2: 2, 3: 3 }, []]])
    expect(found(numa(cell(0, { dedicated: [2, 3], shared: [0] })), asked)).toBeNull()
  })
})

describe('memory', () => {
  const small = { size: 4, total: 1_048_576, used: 0, reserved: 0 }
  const huge = { size: 2048, total: 600, used: 0, reserved: 0 }

  it.each([
    ['without pages is all that there is for shared guests', {}, cell(0, { memoryUsed: 4000 }), 1024, true],
    [
      'without pages is what is free for pinned ones',
      { 'hw:cpu_policy': 'dedicated' },
      cell(0, { memoryUsed: 4000 }),
      1024,
      false,
    ],
    [
      'may overcommit small pages where no size is said',
      {},
      cell(0, { pages: [{ ...small, used: 1_048_000 }] }),
      1024,
      true,
    ],
    [
      'may not where processors are pinned',
      { 'hw:cpu_policy': 'dedicated' },
      cell(0, { pages: [{ ...small, used: 1_048_000 }] }),
      1024,
      false,
    ],
    ['takes huge pages by size', { 'hw:mem_page_size': '2048' }, cell(0, { pages: [small, huge] }), 1200, true],
    [
      'is no more than there are huge pages',
      { 'hw:mem_page_size': '2048' },
      cell(0, { pages: [small, huge] }),
      1202,
      false,
    ],
    [
      'leaves reserved pages alone',
      { 'hw:mem_page_size': '2048' },
      cell(0, { pages: [small, { ...huge, reserved: 1 }] }),
      1200,
      false,
    ],
    ['is a whole number of pages', { 'hw:mem_page_size': '2048' }, cell(0, { pages: [small, huge] }), 1023, false],
    [
      'is not of a size that the host has not',
      { 'hw:mem_page_size': '1GB' },
      cell(0, { pages: [small, huge] }),
      1024,
      false,
    ],
    [
      'of large pages is not of the smallest',
      { 'hw:mem_page_size': 'large' },
      cell(0, { pages: [small] }),
      1024,
      false,
    ],
    [
      'of small pages is of the smallest',
      { 'hw:mem_page_size': 'small' },
      cell(0, { pages: [small, huge] }),
      2000,
      true,
    ],
    [
      'of any size tries the largest first',
      { 'hw:mem_page_size': 'any' },
      cell(0, { pages: [small, huge] }),
      1024,
      true,
    ],
  ] as const)('%s', (_, extraSpecs, host, memory, fits) => {
    expect(found(numa(host), guest({ 'hw:numa_nodes': '1', ...extraSpecs }, 2, memory)) !== null).toBe(fits)
  })

  it('of any size is told by its size', () => {
    const fitted = fitTopology(numa(cell(0, { pages: [small, huge] })), guest({ 'hw:mem_page_size': 'any' }))
    expect(fitted?.cells[0]?.pageSize).toBe(2048)
  })

  it.each([
    [1, 1, 2048, true],
    [3, 1, 1024, false],
    [3, 2, 1024, true],
    [0, 1, 4096, true],
    [0, 0.5, 4096, false],
  ])('and shared processors keep to their ratios: %s used, ratio %s, %s MiB', (sharedUsed, ratio, memory, fits) => {
    const limits = { cpuRatio: ratio, memoryRatio: ratio }
    expect(found(numa(cell(0, { sharedUsed })), guest({ 'hw:numa_nodes': '1' }, 2, memory), { limits }) !== null).toBe(
      fits,
    )
  })
})

describe('cells', () => {
  const two = guest({ 'hw:numa_nodes': '2' })

  it('go to as many of the host', () => {
    expect(found(numa(cell(0), cell(1)), two)).toEqual([
      [0, {}, []],
      [1, {}, []],
    ])
    expect(found(numa(cell(0)), two)).toBeNull()
  })

  it('go where they fit, in the first order that does', () => {
    const uneven = guest(
      {
        'hw:numa_nodes': '2',
        'hw:numa_cpus.0': '0',
        'hw:numa_mem.0': '3000',
        'hw:numa_cpus.1': '1',
        'hw:numa_mem.1': '1000',
      },
      2,
      4000,
    )
    expect(found(numa(cell(0, { memory: 1000 }), cell(1)), uneven)).toEqual([
      [1, {}, []],
      [0, {}, []],
    ])
    expect(found(numa(cell(0, { memory: 900 }), cell(1)), uneven)).toBeNull()
  })

  it.each([
    ['with more memory free', [{ memoryUsed: 100 }, {}], 1],
    ['with fewer shared processors promised, whatever the memory', [{ sharedUsed: 1 }, { memoryUsed: 3000 }], 1],
    ['that come first, of equal ones', [{}, {}], 0],
  ] as const)('that are spare go first: %s', (_, options, at) => {
    const host = numa(...options.map((each, id) => cell(id, each)))
    expect(found(host, guest({ 'hw:numa_nodes': '1' }))?.[0]?.[0]).toBe(at)
    // Packing turns the sorts about; of equal ones the first stays first.
    expect(found(host, guest({ 'hw:numa_nodes': '1' }), { pack: true })?.[0]?.[0]).toBe(at === 0 ? 0 : 1 - at)
  })

  it('with more free processors of their own go first for pinned guests', () => {
    expect(found(numa(cell(0, { pinned: [0] }), cell(1)), pinned())?.[0]?.[0]).toBe(1)
  })

  it('with devices are kept for those who ask for devices', () => {
    const host = numa(cell(0), cell(1))
    const pools = [devices(1, { vendor_id: '8086' }, 0)]
    const asked = { id: 'pci-0', count: 1, specs: [{ vendor_id: '8086' }], policy: null, ofPort: false }
    const pci = (requests: readonly (typeof asked)[]) => ({ pci: { requests, pools, mapping: null } })
    expect(found(host, pinned(), pci([]))?.[0]?.[0]).toBe(1)
    expect(found(host, pinned(), pci([asked]))?.[0]?.[0]).toBe(0)
  })

  it('are near the networks that have a cell', () => {
    const at = (physical: string[], tunnels = false) => ({ networks: { physical, tunnels } })
    const host = numa(cell(0, at(['a'], true)), cell(1, at(['b'])))
    const where = (physical: string[], tunnels = false) =>
      found(host, pinned(), { networks: { physical, tunnels } })?.[0]?.[0] ?? null
    expect(where(['b'])).toBe(1)
    expect(where(['c'])).toBe(0)
    expect(where(['a', 'b'])).toBeNull()
    expect(where(['b'], true)).toBeNull()
    expect(where(['a'], true)).toBe(0)
  })

  it('of any number are told apart in no time, fit or not', () => {
    const many = numa(...Array.from({ length: 16 }, (_, id) => cell(id)))
    const asked = guest({ 'hw:numa_nodes': '16' }, 16, 16_384)
    expect(found(many, asked)).toHaveLength(16)
    const short = numa(...many.cells.map((each) => ({ ...each, memory: each.id === 15 ? 10 : 4096 })))
    expect(found(short, asked)).toBeNull()
  })
})

describe('what a guest takes', () => {
  it('is gone for the next one, pins, pages and promises', () => {
    const pages = [{ size: 2048, total: 1024, used: 0, reserved: 0 }]
    const host = numa(cell(0, { threads: 2, pages }))
    const asked = pinned('isolate', { 'hw:mem_page_size': '2048' })
    const fitted = fitTopology(host, asked)
    if (fitted === null) throw new Error('it fits')
    const after = takeTopology(host, asked, fitted).cells[0]
    expect(after).toMatchObject({ memoryUsed: 1024, pinned: [0, 1, 2, 3], pages: [{ used: 512 }] })
    expect(fitTopology(takeTopology(host, asked, fitted), pinned())).toBeNull()
    const shared = guest({ 'hw:numa_nodes': '2' })
    const both = numa(cell(0), cell(1))
    const spread = takeTopology(both, shared, fitTopology(both, shared) ?? { cells: [] })
    expect(spread.cells.map(({ sharedUsed, memoryUsed }) => [sharedUsed, memoryUsed])).toEqual([
      [1, 512],
      [1, 512],
    ])
  })
})

describe('what a driver says of NUMA', () => {
  it('is read once, and not at all if it is nonsense', () => {
    const said = { cells: [{ id: 0, dedicated: [0], memory: 1024 }] }
    expect(hostTopologyOf(said)?.cells[0]).toMatchObject({ shared: [], sharedUsed: 0, socket: null })
    expect(hostTopologyOf(said)).toBe(hostTopologyOf(said))
    for (const nonsense of [null, undefined, 'x', {}, { cells: [] }, { cells: [{ id: 0, memory: Number.NaN }] }])
      expect(hostTopologyOf(nonsense)).toBeNull()
  })
})
