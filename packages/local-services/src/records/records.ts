import type { Clock, GlobalStore, GlobalTx, Log, Random } from '@novakit/core'
import { openStore, sqlite } from '@novakit/core'
import type { Kysely } from 'kysely'
import type { ImageTables } from '../images/tables.ts'
import type { NetworkTables } from '../networks/tables.ts'
import { migrations } from '../migrations/index.ts'
import type { VolumeTables } from '../volumes/tables.ts'

export interface RecordsDeps {
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
}

type Tables = ImageTables & NetworkTables & VolumeTables

/** What the services know, in one SQLite file: written is on the disk, and processes of one machine share it. */
export type Records = GlobalStore

/** @throws `storage.*` */
export function openRecords(file: string, deps: RecordsDeps): Promise<Records> {
  return openStore('global', 'global', sqlite({ file }), deps, [{ store: 'global', migrations }])
}

export function tables(tx: GlobalTx): Kysely<Tables> {
  return tx.db<Tables>()
}
