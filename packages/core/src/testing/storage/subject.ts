import type { Kysely } from 'kysely'
import type { GlobalStore, StorageDriver, Tx } from '../../ports/storage.ts'
import type { SuiteTables } from './fixture.ts'

/** What each case works on: a driver over an empty database, and its global store, opened. */
export interface StorageSubject {
  readonly driver: StorageDriver
  readonly store: GlobalStore
}

/** Cases by their names: sentences about what storage does. */
export type StorageCases = Readonly<Record<string, (subject: StorageSubject) => Promise<void>>>

export type AnyTx = Tx<'global' | 'cell'>

export const tables = (tx: AnyTx): Kysely<SuiteTables> => tx.db<SuiteTables>()

export async function addAccount(tx: AnyTx, account: string, balance: number): Promise<void> {
  await tables(tx).insertInto('account').values({ id: account, balance, version: 0 }).execute()
}

export async function balanceOf(tx: AnyTx, account: string): Promise<number | undefined> {
  const query = tables(tx).selectFrom('account').select('balance').where('id', '=', account)
  return (await query.executeTakeFirst())?.balance
}
