import { expect } from 'vitest'
import { addAccount, balanceOf, tables, type AnyTx, type StorageCases } from './subject.ts'

/** One try of a compare-and-set, as all of novakit writes. */
async function increment(tx: AnyTx, account: string): Promise<boolean> {
  const query = tables(tx).selectFrom('account').selectAll().where('id', '=', account)
  const { balance, version } = await query.executeTakeFirstOrThrow()
  const update = tables(tx)
    .updateTable('account')
    .set({ balance: balance + 1, version: version + 1 })
    .where('id', '=', account)
    .where('version', '=', version)
  return (await update.executeTakeFirst()).numUpdatedRows === 1n
}

async function change(tx: AnyTx, account: number, by: number): Promise<void> {
  await tables(tx)
    .updateTable('account')
    .set((expression) => ({ balance: expression('balance', '+', by) }))
    .where('id', '=', `${account}`)
    .execute()
}

const writers = Array.from({ length: 32 }, (_, at) => at)

/** Many writers at once. */
export const contentionCases = {
  'lets 32 writers compare and set one row, and loses no update': async ({ store }) => {
    await store.write((tx) => addAccount(tx, 'a', 0))
    const work = writers.map(async () => {
      for (let done = 0; done < 5;) if (await store.write((tx) => increment(tx, 'a'))) done++
    })
    await Promise.all(work)
    expect(await store.read((tx) => balanceOf(tx, 'a'))).toBe(32 * 5)
  },

  'keeps the sum of all accounts when 32 writers move money, some of them failing': async ({ store }) => {
    await store.write(async (tx) => {
      for (const account of writers) await addAccount(tx, `${account}`, 100)
    })
    const move = (writer: number): Promise<void> =>
      store.write(async (tx) => {
        const to = (writer * 7 + 1) % 32
        // All take the rows in one order, as the code of novakit does.
        const [low, high] = writer < to ? [-10, 10] : [10, -10]
        await change(tx, Math.min(writer, to), low)
        if (writer % 5 === 0) throw new Error('on purpose')
        await change(tx, Math.max(writer, to), high)
      })
    const ends = await Promise.allSettled(writers.map(move))
    expect(ends.filter((end) => end.status === 'rejected')).toHaveLength(7)
    const rows = await store.read((tx) => tables(tx).selectFrom('account').select('balance').execute())
    expect(rows.reduce((sum, row) => sum + row.balance, 0)).toBe(3200)
  },
} satisfies StorageCases
