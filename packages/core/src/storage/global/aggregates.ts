import type { Selectable } from 'kysely'
import type { Aggregate } from '../../domain/aggregate/aggregate.ts'
import type { AggregateId, HostName } from '../../domain/ids.ts'
import type { AggregateRow, GlobalTables } from './tables.ts'
import type { GlobalTx } from '../../ports/storage.ts'
import { DEFAULT_ZONE, ZONE_KEY } from '../../domain/aggregate/aggregate.ts'
import { id } from '../../domain/ids.ts'
import { insertIgnore } from '../index.ts'
import { instant } from '../../domain/unit/units.ts'
import { locked } from '../dialect/locked.ts'

/** @returns false where its name is taken */
export async function insertAggregate(tx: GlobalTx, aggregate: Omit<Aggregate, 'hosts' | 'zone'>): Promise<boolean> {
  const { id, name, metadata, createdAt } = aggregate
  const row = { id, name, metadata: JSON.stringify(metadata), created_at: createdAt } satisfies AggregateRow
  return (await insertIgnore(tx, 'aggregate', [row])) === 1
}

/** All of them with their hosts, by name: there are tens of them, seldom hundreds. */
export async function aggregateStates(tx: GlobalTx): Promise<readonly Aggregate[]> {
  return withHosts(tx, await tx.db<GlobalTables>().selectFrom('aggregate').selectAll().orderBy('name').execute())
}

/** By id, or else by name. */
export async function findAggregate(tx: GlobalTx, idOrName: string): Promise<Aggregate | null> {
  const rows = await tx
    .db<GlobalTables>()
    .selectFrom('aggregate')
    .selectAll()
    .where((where) => where.or([where('id', '=', idOrName), where('name', '=', idOrName)]))
    .execute()
  const row = rows.find((each) => each.id === idOrName) ?? rows[0]
  return row === undefined ? null : ((await withHosts(tx, [row]))[0] ?? null)
}

/** By id, and nobody else changes it or its hosts until the transaction ends. */
export async function holdAggregate(tx: GlobalTx, aggregate: AggregateId): Promise<Aggregate | null> {
  const query = tx.db<GlobalTables>().selectFrom('aggregate').selectAll().where('id', '=', aggregate)
  const row = await locked(tx, query).executeTakeFirst()
  return row === undefined ? null : ((await withHosts(tx, [row]))[0] ?? null)
}

export async function changeAggregate(
  tx: GlobalTx,
  aggregate: AggregateId,
  { name, metadata }: Pick<Aggregate, 'name' | 'metadata'>,
): Promise<void> {
  await tx
    .db<GlobalTables>()
    .updateTable('aggregate')
    .set({ name, metadata: JSON.stringify(metadata) })
    .where('id', '=', aggregate)
    .execute()
}

export async function deleteAggregate(tx: GlobalTx, aggregate: AggregateId): Promise<void> {
  await tx.db<GlobalTables>().deleteFrom('aggregate').where('id', '=', aggregate).execute()
}

/** @returns false where the host is in it already */
export async function addAggregateHost(tx: GlobalTx, aggregate: AggregateId, host: HostName): Promise<boolean> {
  return (await insertIgnore(tx, 'aggregate_host', [{ aggregate, host }])) === 1
}

/** @returns false where the host is not in it */
export async function removeAggregateHost(tx: GlobalTx, aggregate: AggregateId, host: HostName): Promise<boolean> {
  const { numDeletedRows } = await tx
    .db<GlobalTables>()
    .deleteFrom('aggregate_host')
    .where('aggregate', '=', aggregate)
    .where('host', '=', host)
    .executeTakeFirst()
  return numDeletedRows === 1n
}

/** Keeps others from changing the aggregates of these hosts. @returns those of them that are known */
export async function holdHosts(tx: GlobalTx, hosts: readonly HostName[]): Promise<readonly HostName[]> {
  if (hosts.length === 0) return []
  const query = tx
    .db<GlobalTables>()
    .selectFrom('host_mapping')
    .select('host')
    .where('host', 'in', hosts)
    .orderBy('host')
  return (await locked(tx, query).execute()).map((row) => id<HostName>(row.host))
}

/** Every host that is mapped to a cell, by name. */
export async function knownHosts(tx: GlobalTx): Promise<readonly HostName[]> {
  const rows = await tx.db<GlobalTables>().selectFrom('host_mapping').select('host').orderBy('host').execute()
  return rows.map((row) => id<HostName>(row.host))
}

/** What a host is in, by name: the aggregates that a new node of it joins. */
export async function aggregatesOfHost(tx: GlobalTx, host: HostName): Promise<readonly Aggregate[]> {
  const rows = await tx
    .db<GlobalTables>()
    .selectFrom('aggregate')
    .innerJoin('aggregate_host', 'aggregate_host.aggregate', 'aggregate.id')
    .selectAll('aggregate')
    .where('aggregate_host.host', '=', host)
    .orderBy('aggregate.name')
    .execute()
  return withHosts(tx, rows)
}

/** What a host is in, and it stays so until the transaction ends. */
export async function heldAggregatesOf(
  tx: GlobalTx,
  host: HostName,
): Promise<readonly Pick<Aggregate, 'id' | 'metadata'>[]> {
  const query = tx
    .db<GlobalTables>()
    .selectFrom('host_mapping')
    .innerJoin('aggregate_host', 'aggregate_host.host', 'host_mapping.host')
    .innerJoin('aggregate', 'aggregate.id', 'aggregate_host.aggregate')
    .select(['aggregate.id', 'aggregate.metadata'])
    .where('host_mapping.host', '=', host)
  const rows = await locked(tx, query).execute()
  return rows.map((row) => ({ id: id<AggregateId>(row.id), metadata: metadataOf(row) }))
}

/** Whether a server may ask for that zone. */
export async function zoneExists(tx: GlobalTx, zone: string): Promise<boolean> {
  return zone === DEFAULT_ZONE || (await aggregateStates(tx)).some((aggregate) => aggregate.zone === zone)
}

async function withHosts(tx: GlobalTx, rows: readonly Selectable<AggregateRow>[]): Promise<readonly Aggregate[]> {
  if (rows.length === 0) return []
  const aggregates = rows.map((row) => row.id)
  const hosts = await tx
    .db<GlobalTables>()
    .selectFrom('aggregate_host')
    .selectAll()
    .where('aggregate', 'in', aggregates)
    .orderBy('host')
    .execute()
  const byAggregate = Map.groupBy(hosts, (each) => each.aggregate)
  return rows.map((row) =>
    toAggregate(
      row,
      (byAggregate.get(row.id) ?? []).map((each) => id<HostName>(each.host)),
    ),
  )
}

function toAggregate(row: Selectable<AggregateRow>, hosts: readonly HostName[]): Aggregate {
  const metadata = metadataOf(row)
  return {
    id: id<AggregateId>(row.id),
    name: row.name,
    zone: metadata[ZONE_KEY] ?? null,
    hosts,
    metadata,
    createdAt: instant(row.created_at),
  }
}

function metadataOf(row: Pick<AggregateRow, 'metadata'>): Aggregate['metadata'] {
  return JSON.parse(row.metadata) as Record<string, string>
}
