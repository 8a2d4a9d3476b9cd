import type { CellTables } from './tables.ts'
import type { CellTx } from '../../ports/storage.ts'
import type { HostName, ServerId } from '../../domain/ids.ts'
import { insertIgnore } from '../index.ts'

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
