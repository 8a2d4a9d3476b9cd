import type { CellTables, HostRow } from './tables.ts'
import type { CellTx } from '../../ports/storage.ts'
import type { HostName } from '../../domain/ids.ts'
import type { Kysely } from 'kysely'
import type { NodeInventory } from '../../ports/hypervisor.ts'
import { elapsed, instant, type Instant, type Millis } from '../../domain/unit/units.ts'
import { insertIgnore, statement } from '../index.ts'

export async function hostRows(tx: CellTx): Promise<readonly HostRow[]> {
  return tx.db<CellTables>().selectFrom('host').selectAll().orderBy('host').execute()
}

/** A host without what it declared. */
export type HostSign = Omit<HostRow, 'nodes'>

const SIGNS = [
  'host',
  'boot',
  'public_key',
  'enabled',
  'disabled_reason',
  'forced_down',
  'last_seen_at',
  'nodes_version',
  'mapped',
  'created_at',
] as const

const signs = statement((db: Kysely<CellTables>) => db.selectFrom('host').select(SIGNS).orderBy('host'))

/** How all hosts stand, without what they declared. */
export async function hostSigns(tx: CellTx): Promise<readonly HostSign[]> {
  return (await signs(tx, {})).rows
}

const HOSTS_PER_QUERY = 500

/** What these hosts declared. */
export async function nodesOf(
  tx: CellTx,
  hosts: readonly string[],
): Promise<ReadonlyMap<string, readonly NodeInventory[]>> {
  const nodes = new Map<string, readonly NodeInventory[]>()
  for (let start = 0; start < hosts.length; start += HOSTS_PER_QUERY) {
    const some = hosts.slice(start, start + HOSTS_PER_QUERY)
    const rows = await tx
      .db<CellTables>()
      .selectFrom('host')
      .select(['host', 'nodes'])
      .where('host', 'in', some)
      .execute()
    for (const row of rows) nodes.set(row.host, JSON.parse(row.nodes) as NodeInventory[])
  }
  return nodes
}

export async function hostRow(tx: CellTx, host: HostName): Promise<HostRow | null> {
  return (await byName(tx, { host })).rows[0] ?? null
}

const byName = statement((db: Kysely<CellTables>, v: { host: string }) =>
  db.selectFrom('host').selectAll().where('host', '=', v.host),
)

/** What an agent says of itself when it starts. A new host comes enabled and unmapped. */
export async function welcomeHost(
  tx: CellTx,
  host: HostName,
  boot: string,
  nodes: readonly NodeInventory[],
  publicKey: string | null = null,
): Promise<void> {
  const now = await tx.now()
  const said = { boot, public_key: publicKey, nodes: JSON.stringify(nodes), last_seen_at: now }
  const fresh = {
    host,
    nodes_version: 1,
    enabled: 1,
    disabled_reason: null,
    forced_down: 0,
    mapped: 0,
    created_at: now,
    ...said,
  }
  if ((await insertIgnore(tx, 'host', [fresh])) === 0) await changeHost(tx, host, said)
}

/** A sign of life. @returns false for a host, or a start of it, that is not known here: it must say hello */
export async function sawHost(tx: CellTx, host: HostName, boot: string): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .db<CellTables>()
    .updateTable('host')
    .set({ last_seen_at: await tx.now() })
    .where('host', '=', host)
    .where('boot', '=', boot)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** @returns false where there is no such host */
export async function changeHost(
  tx: CellTx,
  host: HostName,
  change: Partial<Omit<HostRow, 'host' | 'created_at' | 'nodes_version'>>,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .db<CellTables>()
    .updateTable('host')
    .set((row) => ({
      ...change,
      ...(change.nodes === undefined ? {} : { nodes_version: row('nodes_version', '+', 1) }),
    }))
    .where('host', '=', host)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** Writes and changes nothing, to see whether the store stores. */
export async function probeWrite(tx: CellTx): Promise<void> {
  await tx
    .db<CellTables>()
    .updateTable('host')
    .set((row) => ({ enabled: row.ref('enabled') }))
    .execute()
}

/** The cell store's clock, and since when (by the same clock) heartbeats could be recorded without a break. */
export interface Listened {
  readonly now: Instant
  readonly heardSince: Instant
}

/** `unknown`: it was not heard of lately, and might not have been if it had spoken. */
export type HostStanding = 'up' | 'down' | 'unknown'

export function standingOf(row: HostSign, { now, heardSince }: Listened, downAfter: Millis): HostStanding {
  if (row.forced_down === 1) return 'down'
  if (isUp(row, now, downAfter)) return 'up'
  return elapsed(heardSince, now) > downAfter ? 'down' : 'unknown'
}

/** The agent was heard of lately, and nobody says that the host is down. `now` is the cell store's clock. */
export function isUp(row: HostSign, now: Instant, downAfter: Millis): boolean {
  return row.forced_down === 0 && elapsed(instant(row.last_seen_at), now) <= downAfter
}
