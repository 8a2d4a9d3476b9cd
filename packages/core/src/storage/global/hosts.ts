import type { CellId, HostName, NodeName, ProviderId } from '../../domain/ids.ts'
import type { GlobalTables } from './tables.ts'
import type { GlobalTx } from '../../ports/storage.ts'
import { id } from '../../domain/ids.ts'
import { insertIgnore } from '../index.ts'

export interface HostNode {
  readonly host: HostName
  readonly node: NodeName
  readonly provider: ProviderId
}

/** @returns false where the host is mapped to another cell */
export async function mapHost(tx: GlobalTx, host: HostName, cell: CellId): Promise<boolean> {
  await insertIgnore(tx, 'host_mapping', [{ host, cell, created_at: await tx.now() }])
  return (await cellOfHost(tx, host)) === cell
}

/** Null for a host that is not mapped. */
export async function cellOfHost(tx: GlobalTx, host: HostName): Promise<CellId | null> {
  const row = await tx
    .db<GlobalTables>()
    .selectFrom('host_mapping')
    .select('cell')
    .where('host', '=', host)
    .executeTakeFirst()
  return row === undefined ? null : id<CellId>(row.cell)
}

/** Makes the host's nodes equal to those given. @returns the root providers of nodes that are gone */
export async function setHostNodes(
  tx: GlobalTx,
  host: HostName,
  nodes: readonly { readonly node: NodeName; readonly provider: ProviderId }[],
): Promise<readonly ProviderId[]> {
  const before = await nodesOfHost(tx, host)
  const kept = new Set(nodes.map(({ provider }) => provider))
  const gone = before.filter(({ provider }) => !kept.has(provider)).map(({ provider }) => provider)
  if (gone.length > 0) await tx.db<GlobalTables>().deleteFrom('host_node').where('provider', 'in', gone).execute()
  const known = new Set(before.map(({ provider }) => provider))
  const added = nodes.filter(({ provider }) => !known.has(provider))
  if (added.length > 0) {
    await tx
      .db<GlobalTables>()
      .insertInto('host_node')
      .values(added.map(({ node, provider }) => ({ host, node, provider })))
      .execute()
  }
  return gone
}

export async function nodesOfHost(tx: GlobalTx, host: HostName): Promise<readonly HostNode[]> {
  const rows = await tx.db<GlobalTables>().selectFrom('host_node').selectAll().where('host', '=', host).execute()
  return rows.map(toHostNode)
}

export async function allHostNodes(tx: GlobalTx): Promise<readonly HostNode[]> {
  const rows = await tx.db<GlobalTables>().selectFrom('host_node').selectAll().execute()
  return rows.map(toHostNode)
}

function toHostNode(row: GlobalTables['host_node']): HostNode {
  return { host: id<HostName>(row.host), node: id<NodeName>(row.node), provider: id<ProviderId>(row.provider) }
}
