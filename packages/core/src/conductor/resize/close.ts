import type { AtCell } from '../deps.ts'
import type { CellTx } from '../../ports/storage.ts'
import type { Json } from '../../domain/json.ts'
import type { MigrationStatus } from '../../domain/migration/migration.ts'
import type { OpenResize } from '../../storage/cell/open-resizes.ts'
import type { OperationId } from '../../domain/ids.ts'
import type { SettleRequest } from '../evacuate/settle-saga.ts'
import { accept } from '../../saga/index.ts'
import { arrivesAt } from './standing.ts'
import { bury } from '../../storage/cell/tombstones.ts'
import { changeMigration } from '../../storage/cell/migrations-of.ts'
import { id } from '../../domain/ids.ts'
import { namedUuid } from '../../system/ids.ts'
import { SETTLE } from '../evacuate/settle-saga.ts'

/** Which of its two places the server has given up. */
export type GivenUp = 'source' | 'destination'

/**
 * A resize is over. A host that was left is told to remove what it has kept for going back; one to which it did not go
 * has nothing any more. When that host has shown that nothing is left there, what the migration holds is free.
 */
export async function closeResize(
  tx: CellTx,
  { deps, cell }: AtCell,
  { id: migration, server, source, destination, epoch }: OpenResize,
  givenUp: GivenUp,
  status: MigrationStatus,
  traceId: string,
): Promise<void> {
  await changeMigration(tx, migration, { status })
  const dead = givenUp === 'source' ? { ...source, epoch } : { ...(destination ?? source), epoch: arrivesAt(epoch) }
  if (givenUp === 'source' && source.host !== destination?.host) await bury(tx, server, dead.host, dead.epoch)
  const settling: SettleRequest = { server, migration, host: dead.host, epoch: dead.epoch }
  const settle = id<OperationId>(namedUuid(SETTLE, migration))
  await accept(tx, { id: settle, kind: SETTLE, subject: migration, request: settling as unknown as Json, traceId })
  tx.afterCommit(() => deps.poke(cell, settle))
}
