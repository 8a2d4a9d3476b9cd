import { expect } from 'vitest'
import { openCell } from './fixture.ts'
import { addAccount, balanceOf, type AnyTx, type StorageCases } from './subject.ts'

/** What a store refuses. */
export const misuseCases = {
  'refuses a transaction inside a transaction, where it would wait for itself': async ({ store, driver }) => {
    const cell = await openCell(driver)
    await expect(store.write(() => store.write(async () => 1))).rejects.toThrow('inside write()')
    await expect(store.write(() => store.read(async () => 1))).rejects.toThrow('inside write()')
    await expect(store.write(() => cell.write(async () => 1))).rejects.toThrow('inside write()')
    expect(await store.write(async () => 1)).toBe(1)
    await cell.close()
  },

  'refuses statements of a transaction that is over': async ({ store }) => {
    let kept: AnyTx | null = null
    await store.write(async (tx) => {
      kept = tx
    })
    await expect(addAccount(kept as never, 'a', 1)).rejects.toThrow('over')
    expect(await store.read((tx) => balanceOf(tx, 'a'))).toBeUndefined()
  },

  'changes nothing in a read': async ({ store }) => {
    await expect(store.read((tx) => addAccount(tx, 'a', 1))).rejects.toThrow('write()')
    expect(await store.read((tx) => balanceOf(tx, 'a'))).toBeUndefined()
  },

  'finishes what is under way when it is closed, and then answers storage.closed': async ({ driver }) => {
    const store = await openCell(driver)
    const underWay = store.write((tx) => addAccount(tx, 'a', 1))
    await Promise.all([store.close(), store.close()])
    await expect(underWay).resolves.toBeUndefined()
    await expect(store.write((tx) => addAccount(tx, 'b', 1))).rejects.toMatchObject({ code: 'storage.closed' })
    await expect(store.read((tx) => balanceOf(tx, 'a'))).rejects.toMatchObject({ code: 'storage.closed' })
  },
} satisfies StorageCases
