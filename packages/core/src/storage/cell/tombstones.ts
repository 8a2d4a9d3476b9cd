import type { CellTables } from './tables.ts'
import type { CellTx } from '../../ports/storage.ts'
import type { Kysely } from 'kysely'
import type { HostName, ServerId } from '../../domain/ids.ts'
import { id } from '../../domain/ids.ts'
import { insertIgnore, statement } from '../index.ts'

/**
 * Proves that a guest up to this epoch on this host is nobody's any more: written when its host could not be asked to
 * remove it. When the host comes back, it is told to.
 */
export async function bury(tx: CellTx, server: ServerId, host: HostName, epoch: number): Promise<void> {
  await insertIgnore(tx, 'tombstone', [{ server, host, epoch, at: await tx.now() }])
}

/** Server → highest epoch that is dead on this host. */
export async function tombstonesOn(tx: CellTx, host: HostName): Promise<ReadonlyMap<ServerId, number>> {
  const rows = await tx
    .db<CellTables>()
    .selectFrom('tombstone')
    .select(['server', 'epoch'])
    .where('host', '=', host)
    .orderBy('epoch')
    .execute()
  return new Map(rows.map((row) => [row.server as ServerId, row.epoch]))
}

/** Hosts that have not said yet that nothing is left there of this server. */
export async function hostsWithDeadOf(tx: CellTx, server: ServerId): Promise<readonly HostName[]> {
  const rows = await tx
    .db<CellTables>()
    .selectFrom('tombstone')
    .select('host')
    .distinct()
    .where('server', '=', server)
    .execute()
  return rows.map(({ host }) => id<HostName>(host))
}

/** Those of these hosts that are to be told of somebody dead: seldom any. */
export async function hostsWithDead(tx: CellTx, hosts: readonly HostName[]): Promise<readonly HostName[]> {
  const { rows } = await buriedOn(tx, {})
  const wanted = new Set<string>(hosts)
  return rows.filter(({ host }) => wanted.has(host)).map(({ host }) => id<HostName>(host))
}

const buriedOn = statement((db: Kysely<CellTables>) => db.selectFrom('tombstone').select('host').distinct())
