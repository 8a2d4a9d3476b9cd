import type { GlobalTables } from './tables.ts'
import type { GlobalTx } from '../../ports/storage.ts'
import type { ServerBlueprint } from '../../domain/server/blueprint.ts'
import type { ServerId } from '../../domain/ids.ts'

/** What each server was asked to be: kept for as long as it lives, for moves and rebuilds. */
export async function addRequestSpecs(
  tx: GlobalTx,
  servers: readonly { readonly server: ServerId; readonly blueprint: ServerBlueprint }[],
): Promise<void> {
  const rows = servers.map(({ server, blueprint }) => ({ server, spec: JSON.stringify(blueprint) }))
  await tx.db<GlobalTables>().insertInto('request_spec').values(rows).execute()
}

export async function removeRequestSpec(tx: GlobalTx, server: ServerId): Promise<void> {
  await tx.db<GlobalTables>().deleteFrom('request_spec').where('server', '=', server).execute()
}
