import { seededRandom, type GlobalTx } from '@novakit/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  ensureResourceClass,
  findProviders,
  providerMirror,
  removeAllocations,
  removeProvider,
  renameResourceClass,
  setAllocations,
  setTraits,
  treeUsages,
  trimChanges,
  updateProvider,
  type MirroredProvider,
  type ProviderMirror,
} from '@novakit/placement'
import { openLedger, type Opened } from '../ledger/open.ts'
import { addProvider, consumer, provider, request, take } from '../verbs/world.ts'

describe('the mirror of providers', () => {
  let opened: Opened
  let mirror: ProviderMirror
  beforeEach(async () => {
    opened = await openLedger()
    mirror = providerMirror(opened.store)
  })
  afterEach(() => opened.close())
  const write = <T>(work: (tx: GlobalTx) => Promise<T>): Promise<T> => opened.store.write(work)

  const shown = async () => {
    const { providers } = await mirror.current()
    const shape = ({ id, name, root, parent, generation, inventories, traits, aggregates }: MirroredProvider) => {
      return { id, name, root, parent, generation, inventories, traits, aggregates }
    }
    return [...providers.values()].map(shape).toSorted((a, b) => (a.name < b.name ? -1 : 1))
  }
  const expectCurrent = async () =>
    expect(await shown()).toEqual(await opened.store.read((tx) => opened.ledger.providers(tx)))

  test('shows what was written before it was asked: providers, their parts, their use, their end', async () => {
    await write((tx) => addProvider(tx, 'a', { VCPU: 4 }))
    await expectCurrent()
    await write((tx) => addProvider(tx, 'b', { VCPU: 1 }, 'a'))
    await write((tx) => take(tx, 'c', { a: { VCPU: 2 } }))
    await expectCurrent()
    await write((tx) => setTraits(tx, provider('b'), ['HW_CPU_X86_AVX']))
    await write((tx) => updateProvider(tx, provider('b'), { name: 'z', parent: null, mayMove: true }))
    await expectCurrent()
    await write((tx) => removeAllocations(tx, consumer('c')))
    await write((tx) => removeProvider(tx, provider('a')))
    await expectCurrent()
  })

  test('takes over what claims tell it, and reads the feed where it was told too little', async () => {
    await write((tx) => addProvider(tx, 'a', { VCPU: 100, DISK_GB: 100 }))
    await write((tx) => addProvider(tx, 'b', { VCPU: 100 }))
    await expectCurrent()
    const claim = (tx: GlobalTx, name: string, taking: Parameters<typeof request>[1]) =>
      setAllocations(tx, [request(name, taking)], mirror.told(tx))
    await write((tx) => claim(tx, 'told', { a: { VCPU: 2, DISK_GB: 1 } }))
    await expectCurrent()
    await write((tx) => claim(tx, 'on two providers', { a: { VCPU: 1 }, b: { VCPU: 1 } }))
    await write((tx) => claim(tx, 'told again', { b: { VCPU: 3 } }))
    await expectCurrent()
    await write((tx) => take(tx, 'by another process', { a: { VCPU: 1 } }))
    await Promise.all(Array.from({ length: 8 }, (_, n) => write((tx) => claim(tx, `at once ${n}`, { b: { VCPU: 1 } }))))
    await expectCurrent()
    const undone = write(async (tx) => {
      await claim(tx, 'undone', { a: { VCPU: 7 } })
      throw new Error('undone')
    })
    await expect(undone).rejects.toThrow('undone')
    await expectCurrent()
  })

  test('follows a class to its new name', async () => {
    await write((tx) => ensureResourceClass(tx, 'CUSTOM_OLD'))
    await write((tx) => addProvider(tx, 'a', { CUSTOM_OLD: 4 }))
    await expectCurrent()
    await write((tx) => renameResourceClass(tx, 'CUSTOM_OLD', 'CUSTOM_NEW'))
    await expectCurrent()
    expect(findProviders(await mirror.current(), { resources: { CUSTOM_NEW: 4 } })).toHaveLength(1)
  })

  test('begins anew when the feed no longer reaches back', async () => {
    await write((tx) => addProvider(tx, 'a'))
    await expectCurrent()
    await write((tx) => removeProvider(tx, provider('a')))
    await write((tx) => addProvider(tx, 'b'))
    await write((tx) => trimChanges(tx, 0))
    await expectCurrent()
  })

  test('whoever asks while it is being read is shown what was there when he asked', async () => {
    await write((tx) => addProvider(tx, 'a', { VCPU: 100 }))
    for (let n = 0; n < 20; n++) {
      const earlier = mirror.current()
      await write((tx) => take(tx, `c${n}`, { a: { VCPU: 1 } }))
      const { providers } = await mirror.current()
      expect(providers.get(provider('a'))?.inventories['VCPU']?.used).toBe(n + 1)
      await earlier
    }
  })

  test('follows any history', async () => {
    const random = seededRandom('mirror')
    for (let n = 0; n < 150; n++) {
      const name = `p${random.below(8)}`
      const work: ((tx: GlobalTx) => Promise<unknown>) | undefined = [
        (tx: GlobalTx) => addProvider(tx, name, { VCPU: 4 }),
        (tx: GlobalTx) => removeProvider(tx, provider(name)),
        (tx: GlobalTx) => take(tx, `c${random.below(4)}`, { [name]: { VCPU: 1 } }),
        (tx: GlobalTx) => updateProvider(tx, provider(name), { name, parent: provider('p0'), mayMove: true }),
        (tx: GlobalTx) => trimChanges(tx, 3),
      ][random.below(5)]
      // Many of these are refused: there is no such provider, it is in use, it would stand below itself.
      if (work !== undefined) await write(work).catch(() => undefined)
      if (random.below(3) === 0) await expectCurrent()
    }
    await expectCurrent()
  })

  test('finds providers, and adds up the use of trees', async () => {
    await write(async (tx) => {
      await addProvider(tx, 'a', { VCPU: 4 })
      await addProvider(tx, 'b', { SRIOV_NET_VF: 8 }, 'a')
      await addProvider(tx, 'c', { SRIOV_NET_VF: 2 }, 'a')
      await addProvider(tx, 'd', { VCPU: 1 })
      await take(tx, 'x', { b: { SRIOV_NET_VF: 5 }, a: { VCPU: 1 } })
    })
    const view = await mirror.current()
    const names = (filter: Parameters<typeof findProviders>[1]) => findProviders(view, filter).map(({ name }) => name)
    expect(names({ resources: { SRIOV_NET_VF: 3 } })).toEqual(['b'])
    expect(names({ inTree: provider('c') }).toSorted()).toEqual(['a', 'b', 'c'])
    expect(treeUsages(view, provider('c'))).toEqual([
      {
        root: 'a',
        name: 'a',
        size: 3,
        classes: new Map([
          ['VCPU', { capacity: 4, used: 1, providers: 1, mostLeft: 3 }],
          ['SRIOV_NET_VF', { capacity: 10, used: 5, providers: 2, mostLeft: 3 }],
        ]),
      },
    ])
    expect(treeUsages(view).map((tree) => tree.root)).toEqual(['a', 'd'])
    expect(treeUsages(view, provider('nobody'))).toEqual([])
  })
})
