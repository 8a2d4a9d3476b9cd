import type { Selectable } from 'kysely'
import type { GlobalTables, KeyPairRow } from './tables.ts'
import type { GlobalTx } from '../../ports/storage.ts'
import type { KeyPair } from '../../domain/key-pair/key-pair.ts'
import type { UserId } from '../../domain/ids.ts'
import { id } from '../../domain/ids.ts'
import { insertIgnore } from '../index.ts'
import { instant } from '../../domain/unit/units.ts'

/** @returns false where the user has one of that name */
export async function insertKeyPair(tx: GlobalTx, keyPair: KeyPair): Promise<boolean> {
  const { name, user, type, publicKey, fingerprint, createdAt } = keyPair
  const row = { name, user, type, fingerprint, public_key: publicKey, created_at: createdAt } satisfies KeyPairRow
  return (await insertIgnore(tx, 'key_pair', [row])) === 1
}

export async function findKeyPair(tx: GlobalTx, user: UserId, name: string): Promise<KeyPair | null> {
  const row = await tx
    .db<GlobalTables>()
    .selectFrom('key_pair')
    .selectAll()
    .where('user', '=', user)
    .where('name', '=', name)
    .executeTakeFirst()
  return row === undefined ? null : toKeyPair(row)
}

/** By name, those after `marker`. */
export async function listKeyPairs(
  tx: GlobalTx,
  user: UserId,
  { limit, marker = '' }: { readonly limit: number; readonly marker?: string | undefined },
): Promise<readonly KeyPair[]> {
  const rows = await tx
    .db<GlobalTables>()
    .selectFrom('key_pair')
    .selectAll()
    .where('user', '=', user)
    .where('name', '>', marker)
    .orderBy('name')
    .limit(limit)
    .execute()
  return rows.map(toKeyPair)
}

/** @returns false where there is none */
export async function deleteKeyPair(tx: GlobalTx, user: UserId, name: string): Promise<boolean> {
  const { numDeletedRows } = await tx
    .db<GlobalTables>()
    .deleteFrom('key_pair')
    .where('user', '=', user)
    .where('name', '=', name)
    .executeTakeFirst()
  return numDeletedRows === 1n
}

function toKeyPair(row: Selectable<KeyPairRow>): KeyPair {
  return {
    name: row.name,
    user: id<UserId>(row.user),
    type: row.type,
    publicKey: row.public_key,
    fingerprint: row.fingerprint,
    createdAt: instant(row.created_at),
  }
}
