import { hostErrors, type GlobalTx, type ServerId } from '@novakit/core'
import type { FenceRow } from './tables.ts'
import { tables } from '../records/records.ts'

const NEVER = -1

async function fenceOf(tx: GlobalTx, server: ServerId): Promise<FenceRow> {
  const row = await tables(tx).selectFrom('server_fence').selectAll().where('server', '=', server).executeTakeFirst()
  return row ?? { server, served: NEVER, released: NEVER }
}

async function write(tx: GlobalTx, { server, served, released }: FenceRow): Promise<void> {
  await tables(tx)
    .insertInto('server_fence')
    .values({ server, served, released })
    .onConflict((conflict) => conflict.column('server').doUpdateSet({ served, released }))
    .execute()
}

/** Ports are given at that epoch. @throws `host.stale_epoch` when a higher one was served, or that one released */
export async function serve(tx: GlobalTx, server: ServerId, epoch: number): Promise<void> {
  const { served, released } = await fenceOf(tx, server)
  if (epoch < served || epoch <= released) throw hostErrors.stale_epoch({})
  await write(tx, { server, served: epoch, released })
}

/** Nothing may be given at that epoch or a lower one any more, whether anything ever was. */
export async function closeUpTo(tx: GlobalTx, server: ServerId, epoch: number): Promise<void> {
  const fence = await fenceOf(tx, server)
  await write(tx, { ...fence, released: Math.max(fence.released, epoch) })
}
