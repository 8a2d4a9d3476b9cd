import { expect } from 'vitest'
import { part } from '../../storage/dialect/savepoint.ts'
import { addAccount, balanceOf, tables, type StorageCases } from './subject.ts'

/** All of a transaction or nothing of it. */
export const transactionCases = {
  'reads its own writes, inside the transaction and after it': async ({ store }) => {
    const inside = await store.write(async (tx) => {
      await addAccount(tx, 'a', 7)
      return balanceOf(tx, 'a')
    })
    expect(inside).toBe(7)
    expect(await store.read((tx) => balanceOf(tx, 'a'))).toBe(7)
  },

  'stores nothing of a transaction that throws, and passes on what it threw': async ({ store }) => {
    const thrown = new Error('on purpose')
    const write = store.write(async (tx) => {
      await addAccount(tx, 'a', 1)
      await addAccount(tx, 'b', 1)
      throw thrown
    })
    await expect(write).rejects.toBe(thrown)
    expect(await store.read((tx) => tables(tx).selectFrom('account').selectAll().execute())).toEqual([])
  },

  'never shows half a transaction to a reader': async ({ store }) => {
    await store.write(async (tx) => {
      await addAccount(tx, 'a', 100)
      await addAccount(tx, 'b', 0)
    })
    const move = store.write(async (tx) => {
      await tables(tx).updateTable('account').set({ balance: 0 }).where('id', '=', 'a').execute()
      await tables(tx).updateTable('account').set({ balance: 100 }).where('id', '=', 'b').execute()
    })
    const seen: number[] = []
    for (let look = 0; look < 20; look++) {
      const rows = await store.read((tx) => tables(tx).selectFrom('account').select('balance').execute())
      seen.push(rows.reduce((sum, row) => sum + row.balance, 0))
    }
    await move
    expect(new Set(seen)).toEqual(new Set([100]))
  },

  'undoes a part of a transaction that throws, and goes on': async ({ store }) => {
    await store.write(async (tx) => {
      await addAccount(tx, 'a', 1)
      const failing = part(tx, async () => {
        await addAccount(tx, 'b', 1)
        await addAccount(tx, 'a', 1)
      })
      await expect(failing).rejects.toMatchObject({ code: 'storage.conflict' })
      await part(tx, () => addAccount(tx, 'c', 1))
    })
    const rows = await store.read((tx) => tables(tx).selectFrom('account').select('id').orderBy('id').execute())
    expect(rows.map((row) => row.id)).toEqual(['a', 'c'])
  },

  'runs what is to follow a commit after it, in order, and never after a rollback': async ({ store }) => {
    const happened: string[] = []
    const note = (what: string) => () => void happened.push(what)
    await store.write(async (tx) => {
      tx.afterCommit(note('first'))
      tx.afterCommit(() => {
        throw new Error('of no consequence')
      })
      tx.afterCommit(note('second'))
      await addAccount(tx, 'a', 1)
      happened.push('work')
    })
    const failing = store.write(async (tx) => {
      tx.afterCommit(note('never'))
      await addAccount(tx, 'a', 1)
    })
    await expect(failing).rejects.toMatchObject({ code: 'storage.conflict' })
    expect(happened).toEqual(['work', 'first', 'second'])
  },

  'asks for the time once in a transaction': async ({ store }) => {
    const [early, late] = await store.write(async (tx) => {
      const early = await tx.now()
      for (let step = 0; step < 50; step++) await addAccount(tx, `${step}`, 1)
      return [early, await tx.now()]
    })
    expect(late).toBe(early)
    expect(Number.isSafeInteger(early)).toBe(true)
    expect(await store.read((tx) => tx.now())).toBeGreaterThanOrEqual(early ?? 0)
  },
} satisfies StorageCases
