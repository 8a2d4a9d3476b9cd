import { expect } from 'vitest'
import type { Inventory } from '../../domain/scheduling/snapshot.ts'
import {
  aggregate,
  all,
  claimed,
  claimOf,
  declaration,
  declare,
  inventory,
  one,
  provider,
  refusalOf,
  release,
  used,
  version,
  type Case,
} from './world.ts'

const vcpu = (total: number, rest: Partial<Inventory> = {}) => ({ VCPU: inventory(total, rest) })

/** Trees of providers, as agents declare them. */
export const declaring = {
  'shows a declared tree as it was declared, by name': async (opened) => {
    const memory = inventory(4096, { reserved: 512, allocationRatio: 1.5, minUnit: 64, maxUnit: 2048, stepSize: 64 })
    await declare(
      opened,
      declaration('node', { VCPU: inventory(8), MEMORY_MB: memory }, { traits: ['HW_CPU_X86_AVX2', 'CUSTOM_FAST'] }),
      declaration('card', { CUSTOM_VF: inventory(4) }, { parent: 'node' }),
    )
    const [card, node] = await all(opened)
    expect(card).toMatchObject({ name: 'card', parent: provider('node'), root: provider('node'), traits: [] })
    expect(node).toMatchObject({ name: 'node', parent: null, root: provider('node'), aggregates: [] })
    expect(node?.traits).toEqual(['CUSTOM_FAST', 'HW_CPU_X86_AVX2'])
    expect(node?.inventories).toEqual({ VCPU: { ...inventory(8), used: 0 }, MEMORY_MB: { ...memory, used: 0 } })
  },

  'changes nothing when the same tree is declared again': async (opened) => {
    const tree = [
      declaration('node', vcpu(8), { traits: ['HW_B', 'HW_A'] }),
      declaration('card', { VF: inventory(4) }, { parent: 'node' }),
    ]
    await declare(opened, ...tree)
    const before = { version: await version(opened), providers: await all(opened) }
    await declare(opened, ...tree)
    expect({ version: await version(opened), providers: await all(opened) }).toEqual(before)
  },

  'follows a tree as it changes, and counts generations for inventories and traits only': async (opened) => {
    await declare(opened, declaration('node', vcpu(8)), declaration('old', {}, { parent: 'node' }))
    const first = await one(opened, 'node')
    const renamed = { ...declaration('node', vcpu(8)), name: 'renamed' }
    await declare(opened, renamed, declaration('new', { VF: inventory(2) }, { parent: 'node' }))
    expect((await all(opened)).map((each) => each.name)).toEqual(['new', 'renamed'])
    expect((await one(opened, 'node')).generation).toBe(first.generation)
    await declare(opened, { ...renamed, inventories: { ...vcpu(16), DISK_GB: inventory(10) }, traits: ['HW_A'] })
    expect(await one(opened, 'node')).toMatchObject({ traits: ['HW_A'], generation: first.generation + 1 })
    expect((await one(opened, 'node')).inventories['VCPU']?.total).toBe(16)
    await declare(opened, declaration('node', { DISK_GB: inventory(10) }))
    expect(await used(opened, 'node')).toEqual({ DISK_GB: 0 })
  },

  'lets an inventory shrink under its use, keeps the use, and gives nothing more out': async (opened) => {
    await declare(opened, declaration('node', vcpu(8)))
    await claimed(opened, claimOf('a', { node: { VCPU: 6 } }))
    await declare(opened, declaration('node', vcpu(4)))
    expect(await used(opened, 'node')).toEqual({ VCPU: 6 })
    expect(await refusalOf(opened, claimOf('b', { node: { VCPU: 1 } }))).toMatchObject({
      kind: 'capacity',
      available: 0,
    })
  },

  'drops no inventory and no provider that is used': async (opened) => {
    const card = declaration('card', { VF: inventory(4) }, { parent: 'node' })
    await declare(opened, declaration('node', { ...vcpu(8), DISK_GB: inventory(10) }), card)
    await claimed(opened, claimOf('a', { node: { VCPU: 1 }, card: { VF: 1 } }))
    const before = await all(opened)
    const noVcpu = declare(opened, declaration('node', { DISK_GB: inventory(20) }), card)
    await expect(noVcpu).rejects.toMatchObject({ code: 'placement.inventory_in_use' })
    const noCard = declare(opened, declaration('node', { ...vcpu(8), DISK_GB: inventory(10) }))
    await expect(noCard).rejects.toMatchObject({ code: 'placement.provider_in_use' })
    expect(await all(opened)).toEqual(before)
  },

  'removes a tree once nothing of it is used; one that is not there is removed already': async (opened) => {
    const { ledger, store } = opened
    const remove = () => store.write((tx) => ledger.removeTree(tx, provider('node')))
    await declare(opened, declaration('node', vcpu(8)), declaration('card', {}, { parent: 'node' }))
    await declare(opened, declaration('other', vcpu(8)))
    await claimed(opened, claimOf('a', { node: { VCPU: 1 } }))
    await expect(remove()).rejects.toMatchObject({ code: 'placement.provider_in_use' })
    await release(opened, 'a')
    await remove()
    expect((await all(opened)).map((each) => each.name)).toEqual(['other'])
    await remove()
  },

  'refuses inventories that make no sense, and says which': async (opened) => {
    const wrong: readonly Partial<Inventory>[] = [
      { total: 0 },
      { total: 1.5 },
      { total: 2 ** 31 },
      { reserved: -1 },
      { reserved: 9 },
      { allocationRatio: 0 },
      { allocationRatio: Number.NaN },
      { allocationRatio: Number.POSITIVE_INFINITY },
      { minUnit: 0 },
      { maxUnit: 0 },
      { stepSize: 0 },
    ]
    for (const rest of wrong) {
      const declared = declare(opened, declaration('node', { VCPU: { ...inventory(8), ...rest } }))
      await expect(declared, JSON.stringify(rest)).rejects.toMatchObject({ code: 'placement.invalid_inventory' })
    }
    const misnamed = declare(opened, declaration('node', { vcpu: inventory(8) }))
    await expect(misnamed).rejects.toMatchObject({ code: 'placement.invalid_inventory' })
    expect(await all(opened)).toEqual([])
  },

  'refuses trees that hang together badly': async (opened) => {
    const code = 'placement.invalid'
    const orphan = declare(opened, declaration('node'), declaration('card', {}, { parent: 'elsewhere' }))
    await expect(orphan).rejects.toMatchObject({ code })
    await expect(declare(opened, declaration('node'), declaration('node'))).rejects.toMatchObject({ code })
    await expect(declare(opened, declaration('node', {}, { traits: ['lower'] }))).rejects.toMatchObject({ code })
    await declare(opened, declaration('node'))
    const stolen = declare(opened, declaration('other'), declaration('node', {}, { parent: 'other' }))
    await expect(stolen).rejects.toMatchObject({ code })
    const namesake = declare(opened, { ...declaration('other'), name: 'node' })
    await expect(namesake).rejects.toMatchObject({ code })
    expect((await all(opened)).map((each) => each.name)).toEqual(['node'])
  },

  'leaves aggregates to those who set them; new providers join those of their root': async (opened) => {
    const { ledger, store } = opened
    await declare(opened, declaration('node', vcpu(8)))
    const set = (...names: readonly string[]) =>
      store.write((tx) => ledger.setAggregates(tx, provider('node'), names.map(aggregate)))
    await set('rack', 'row')
    const { generation } = await one(opened, 'node')
    await set('row', 'rack')
    expect((await one(opened, 'node')).generation).toBe(generation)
    await declare(opened, declaration('node', vcpu(9)), declaration('card', {}, { parent: 'node' }))
    const both = [aggregate('rack'), aggregate('row')].toSorted()
    expect((await all(opened)).map((each) => each.aggregates)).toEqual([both, both])
    await set('row')
    expect((await one(opened, 'node')).aggregates).toEqual([aggregate('row')])
    expect((await one(opened, 'card')).aggregates).toEqual(both)
  },

  'keeps traits that were added beside the declared ones': async (opened) => {
    const { ledger, store } = opened
    const change = (what: { add?: readonly string[]; remove?: readonly string[] }) =>
      store.write((tx) => ledger.changeTraits(tx, provider('node'), what))
    await declare(opened, declaration('node', {}, { traits: ['HW_A'] }))
    await change({ add: ['COMPUTE_STATUS_DISABLED'], remove: ['HW_NONE'] })
    await declare(opened, declaration('node', {}, { traits: ['HW_B'] }))
    expect((await one(opened, 'node')).traits).toEqual(['COMPUTE_STATUS_DISABLED', 'HW_B'])
    const before = await version(opened)
    await change({ add: ['COMPUTE_STATUS_DISABLED'] })
    expect(await version(opened)).toBe(before)
    await change({ remove: ['COMPUTE_STATUS_DISABLED'] })
    expect((await one(opened, 'node')).traits).toEqual(['HW_B'])
  },

  'says when there is no such provider': async ({ ledger, store }) => {
    const code = 'placement.provider_not_found'
    const nobody = provider('nobody')
    await expect(store.write((tx) => ledger.setAggregates(tx, nobody, []))).rejects.toMatchObject({ code })
    await expect(store.write((tx) => ledger.changeTraits(tx, nobody, { add: ['HW_A'] }))).rejects.toMatchObject({
      code,
    })
    expect(await store.read((tx) => ledger.providers(tx, [nobody]))).toEqual([])
  },
} satisfies Record<string, Case>
