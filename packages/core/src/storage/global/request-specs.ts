import type { GlobalTables } from './tables.ts'
import type { GlobalTx } from '../../ports/storage.ts'
import type { ServerBlueprint } from '../../domain/server/blueprint.ts'
import type { Instant } from '../../domain/unit/units.ts'
import type { ServerId } from '../../domain/ids.ts'
import { insert } from '../index.ts'
import { instant } from '../../domain/unit/units.ts'

/** What each server was asked to be: kept for as long as it lives, for moves and rebuilds. */
export async function addRequestSpecs(
  tx: GlobalTx,
  servers: readonly { readonly server: ServerId; readonly blueprint: ServerBlueprint }[],
): Promise<void> {
  const rows = servers.map(({ server, blueprint }) => ({ server, spec: JSON.stringify(blueprint) }))
  await insert(tx, 'request_spec', rows)
}

/** What a server was asked to be, and when. Null for one that never was, or is deleted. */
export async function requestSpecOf(
  tx: GlobalTx,
  server: ServerId,
): Promise<{ readonly blueprint: ServerBlueprint; readonly createdAt: Instant } | null> {
  const row = await tx
    .db<GlobalTables>()
    .selectFrom('request_spec')
    .innerJoin('instance_mapping', 'instance_mapping.server', 'request_spec.server')
    .select(['request_spec.spec', 'instance_mapping.created_at'])
    .where('request_spec.server', '=', server)
    .where('instance_mapping.deleted', '=', 0)
    .executeTakeFirst()
  if (row === undefined) return null
  return { blueprint: JSON.parse(row.spec) as ServerBlueprint, createdAt: instant(row.created_at) }
}

export async function removeRequestSpec(tx: GlobalTx, server: ServerId): Promise<void> {
  await tx.db<GlobalTables>().deleteFrom('request_spec').where('server', '=', server).execute()
}
