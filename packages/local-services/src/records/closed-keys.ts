import type { GlobalTx, ServerId } from '@novakit/core'
import { tables } from './records.ts'

/** Whoever asks for something for that server under that key comes too late from now on. */
export async function closeKey(tx: GlobalTx, server: ServerId, key: string): Promise<void> {
  if (await isClosed(tx, server, key)) return
  await tables(tx).insertInto('closed_key').values({ server, reserve_key: key }).execute()
}

export async function isClosed(tx: GlobalTx, server: ServerId, key: string): Promise<boolean> {
  const row = await tables(tx)
    .selectFrom('closed_key')
    .select('server')
    .where('server', '=', server)
    .where('reserve_key', '=', key)
    .executeTakeFirst()
  return row !== undefined
}
