import { describe, expect, it } from 'vitest'
import { gib, hasCode, mib } from '@novakit/core'
import type { NodeInventory, ProviderDeclaration } from '@novakit/core'
import { fakeDriver, fakeWorld } from '../src/index.ts'
import { opened } from './kit.ts'

describe('options of the fake driver', () => {
  const wrong: readonly [string, unknown, string][] = [
    ['an unknown option', { vcpu: 4 }, 'Unrecognized key: "vcpu"'],
    ['a negative size', { vcpus: -1 }, 'vcpus:'],
    ['a size of the wrong type', { memory: '256' }, 'memory:'],
    ['half a gibibyte', { disk: 0.5 }, 'disk:'],
    ['a ratio of nothing', { ratios: { cpu: 0 } }, 'ratios.cpu:'],
    ['a misspelt trait', { traits: ['hw_x'] }, 'traits.0: a trait is written in capitals'],
    ['a trait that a facet stands for', { traits: ['COMPUTE_IMAGE_CACHE'] }, 'follows from a facet'],
    ['a misspelt resource class of a child', { children: { n: { resources: { x: 1 } } } }, 'children.n.resources.x:'],
    ['sizes beside nodes', { vcpus: 1, nodes: {} }, 'belong inside each node'],
    ['a node without memory', { nodes: { a: { vcpus: 1, disk: 1 } } }, 'nodes.a.memory:'],
    ['an unknown facet', { facets: ['teleport'] }, 'facets.0:'],
    ['latency of an unknown call', { latency: { spwan: 1 } }, 'latency.spwan: there is no such call'],
    ['a span upside down', { latency: { min: 2, max: 1 } }, 'the lower end of a span is above the upper'],
    ['a fault of an unknown call', { faults: { spwan: [] } }, 'Unrecognized key: "spwan"'],
    ['a fault of an unknown kind', { faults: { spawn: { kind: 'explode' } } }, 'faults.spawn.kind:'],
    ['a fault at an unknown point', { faults: { spawn: [{ kind: 'error', at: 'dsik' }] } }, 'faults.spawn.0.at:'],
    ['a share of events above one', { loseEvents: 1.5 }, 'loseEvents:'],
    ['an unknown mode', { mode: 'stepwise' }, 'mode:'],
    ['a world that is none', { world: {} }, 'world: expected a world from fakeWorld()'],
    ['a world and a state file', { world: fakeWorld(), stateFile: '/x' }, 'give `world` or `stateFile`, not both'],
  ]
  it.each(wrong)('refuse %s', (_what, options, message) => {
    let thrown: unknown
    try {
      fakeDriver(options as never)
    } catch (error) {
      thrown = error
    }
    expect(hasCode(thrown, 'fake.invalid_options')).toBe(true)
    expect((thrown as Error).message).toContain(message)
  })

  it('refuse nodes that a function makes up wrongly, when the host is opened', async () => {
    await expect(opened({ nodes: () => ({ a: { vcpus: 1 } as never }) })).rejects.toThrow('a.memory:')
  })

  it('cannot be changed after they were checked', async () => {
    const traits = ['CUSTOM_ONE']
    const { host } = await opened({ traits })
    traits.push('CUSTOM_TWO')
    expect((await host.inventory())[0]?.providers[0]?.traits).not.toContain('CUSTOM_TWO')
  })
})

describe('inventory of the fake driver', () => {
  const rootOf = async (options: Parameters<typeof opened>[0]): Promise<ProviderDeclaration> => {
    const { host } = await opened(options)
    return (await host.inventory())[0]!.providers[0]!
  }

  it('overcommits CPUs four times by default, as Nova does, and nothing else', async () => {
    const root = await rootOf({ vcpus: 64, memory: gib(256), disk: gib(2000) })
    const one = { reserved: 0, minUnit: 1, stepSize: 1 }
    expect(root.inventories).toEqual({
      VCPU: { ...one, total: 64, maxUnit: 64, allocationRatio: 4 },
      MEMORY_MB: { ...one, total: 256 * 1024, maxUnit: 256 * 1024, allocationRatio: 1 },
      DISK_GB: { ...one, total: 2000, maxUnit: 2000, allocationRatio: 1 },
    })
  })

  it('takes ratios, reserved amounts, traits and resource classes of its own', async () => {
    const { inventories, traits } = await rootOf({
      ratios: { cpu: 16, disk: 2 },
      reserved: { vcpus: 2, memory: mib(512), disk: gib(10) },
      traits: ['CUSTOM_RACK_1'],
      resources: { CUSTOM_LICENCE: 3, CUSTOM_STEPS: { total: 100, stepSize: 10, reserved: 20 } },
    })
    expect(inventories['VCPU']).toMatchObject({ reserved: 2, allocationRatio: 16 })
    expect(inventories['MEMORY_MB']).toMatchObject({ reserved: 512, allocationRatio: 1 })
    expect(inventories['DISK_GB']).toMatchObject({ reserved: 10, allocationRatio: 2 })
    expect(inventories['CUSTOM_LICENCE']).toMatchObject({ total: 3, maxUnit: 3, allocationRatio: 1 })
    expect(inventories['CUSTOM_STEPS']).toMatchObject({ total: 100, stepSize: 10, reserved: 20 })
    expect(traits).toContain('CUSTOM_RACK_1')
  })

  it('leaves out classes of which it has nothing', async () => {
    expect((await rootOf({ disk: gib(0) })).inventories).not.toHaveProperty('DISK_GB')
  })

  it('hangs children below the root, to any depth', async () => {
    const { host } = await opened({
      children: { numa0: { traits: ['HW_NUMA_ROOT'], children: { gpu0: { resources: { VGPU: 1 } } } } },
    })
    const [root, numa, gpu] = (await host.inventory())[0]!.providers
    expect(numa).toMatchObject({ name: 'a_numa0', parent: root?.id, traits: ['HW_NUMA_ROOT'], inventories: {} })
    expect(gpu).toMatchObject({ name: 'a_numa0_gpu0', parent: numa?.id, inventories: { VGPU: { total: 1 } } })
  })

  it('shows as many nodes as it is given, asked afresh each time', async () => {
    const size = { vcpus: 1, memory: gib(1), disk: gib(1) }
    const names = ['n1', 'n2']
    const { host } = await opened({ nodes: () => Object.fromEntries(names.map((name) => [name, size])) })
    const nodes = (all: readonly NodeInventory[]): readonly string[] => all.map(({ node }) => node)
    expect(nodes(await host.inventory())).toEqual(['n1', 'n2'])
    names.shift()
    expect(nodes(await host.inventory())).toEqual(['n2'])
  })

  it('derives ids from host, node and path, so that another process arrives at the same', async () => {
    const idsOn = async (name: string): Promise<readonly string[]> => {
      const { host } = await opened({ children: { numa0: {} } }, name, 'any seed')
      return (await host.inventory())[0]!.providers.map(({ id }) => id)
    }
    expect(await idsOn('a')).toEqual(await idsOn('a'))
    expect(await idsOn('a')).toEqual(['c350d653-2412-582c-89c9-8354d2828099', '67d8fe24-e170-5bcf-ba95-c06d87c064e9'])
    expect(await idsOn('b')).not.toEqual(await idsOn('a'))
  })

  it('lays facts over its own', async () => {
    const { host } = await opened({ facts: { type: 'QEMU', version: 7_002_022 } })
    const [node] = await host.inventory()
    expect(node?.facts).toMatchObject({ type: 'QEMU', version: 7_002_022, hostIp: null })
  })

  it('advertises the traits of the facets that are left on', async () => {
    const traits = async (options: Parameters<typeof opened>[0]): Promise<readonly string[]> =>
      (await rootOf(options)).traits
    expect(await traits({})).toEqual(expect.arrayContaining(['COMPUTE_NET_ATTACH_INTERFACE', 'COMPUTE_VOLUME_EXTEND']))
    expect(await traits({ without: ['interfaces'] })).not.toContain('COMPUTE_NET_ATTACH_INTERFACE')
    expect(await traits({ facets: ['interfaces'] })).not.toContain('COMPUTE_VOLUME_EXTEND')
  })

  it('has just the facets that it is told to have', async () => {
    const { host } = await opened({ facets: ['pause', 'volumes'], without: ['volumes'] })
    expect(host.pause).toBeDefined()
    expect(host.volumes).toBeUndefined()
    expect(host.liveMigration).toBeUndefined()
  })
})
