import type { CellTables } from './tables.ts'
import type { CellTx } from '../../ports/storage.ts'
import type { ServerId } from '../../domain/ids.ts'
import { insertIgnore } from '../index.ts'

/** What a guest has said of its password: encrypted with its owner's key, so that it rests here as it came. */
export async function guestPassword(tx: CellTx, server: ServerId): Promise<string | null> {
  const row = await tx
    .db<CellTables>()
    .selectFrom('guest_password')
    .select('encrypted')
    .where('server', '=', server)
    .executeTakeFirst()
  return row?.encrypted ?? null
}

/** Once for a server. @returns false where there is one already */
export async function keepGuestPassword(tx: CellTx, server: ServerId, encrypted: string): Promise<boolean> {
  return (await insertIgnore(tx, 'guest_password', [{ server, encrypted, at: await tx.now() }])) === 1
}
