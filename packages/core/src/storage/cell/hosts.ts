import type { CellTables, HostRow } from './tables.ts'
import type { CellTx } from '../../ports/storage.ts'
import type { HostName } from '../../domain/ids.ts'
import type { Compilable, Kysely } from 'kysely'
import type { NodeInventory } from '../../ports/hypervisor.ts'
import { id } from '../../domain/ids.ts'
import { elapsed, instant, type Instant, type Millis } from '../../domain/unit/units.ts'
import { insertIgnore, statement, statements } from '../index.ts'

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
  'declared_version',
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

/** What an agent says of itself when it starts. */
export interface Greeting extends SignOfLife {
  readonly publicKey: string | null
  readonly nodes: readonly NodeInventory[]
}

/**
 * Writes down that an agent has started. A new host comes enabled and unmapped.
 * @returns the version of its nodes, and whether they are what was declared for it before
 */
export async function welcomeHost(
  tx: CellTx,
  { host, boot, nodes, publicKey }: Greeting,
): Promise<{ readonly version: number; readonly declared: boolean }> {
  const now = await tx.now()
  const text = JSON.stringify(nodes)
  const said = { boot, public_key: publicKey, last_seen_at: now }
  const row = await hostRow(tx, host)
  if (row !== null) {
    const same = row.nodes === text
    await changeHost(tx, host, same ? said : { ...said, nodes: text })
    const declared = same && row.mapped === 1 && row.declared_version === row.nodes_version
    return { version: same ? row.nodes_version : row.nodes_version + 1, declared }
  }
  const marks = { enabled: 1, disabled_reason: null, forced_down: 0, mapped: 0, nodes_version: 1, declared_version: 0 }
  const fresh = { host, nodes: text, ...marks, created_at: now, ...said }
  // Somebody else has just made it: nothing vouches for what is declared then, and the next greeting sees to it.
  if ((await insertIgnore(tx, 'host', [fresh])) === 0) await changeHost(tx, host, { ...said, nodes: text })
  return { version: 1, declared: false }
}

/** Other nodes than before. @returns their version */
export async function changeNodes(tx: CellTx, host: HostName, nodes: readonly NodeInventory[]): Promise<number> {
  await changeHost(tx, host, { nodes: JSON.stringify(nodes) })
  return (await hostRow(tx, host))?.nodes_version ?? 0
}

/** Says whether a host is part of the cloud, and that the ledger holds what it declared by then. */
export async function markDeclared(tx: CellTx, host: HostName, mapped: boolean, version: number): Promise<void> {
  await changeHost(tx, host, { mapped: mapped ? 1 : 0, ...(mapped ? { declared_version: version } : {}) })
}

/** A host as it says that it lives. */
export interface SignOfLife {
  readonly host: HostName
  /** Of its agent's start. */
  readonly boot: string
}

/** Signs of life. @returns those hosts that are known here, at that start: the others must say hello */
export async function sawHosts(tx: CellTx, signs: readonly SignOfLife[]): Promise<ReadonlySet<HostName>> {
  const bootOf = new Map(signs.map(({ host, boot }) => [host as string, boot]))
  const rows = await inLists([...bootOf.keys()], (hosts) => boots(tx, hosts))
  const known = rows.filter(({ host, boot }) => bootOf.get(host) === boot).map(({ host }) => host)
  const now = await tx.now()
  await inLists(known, (hosts) => saw(tx, hosts, now))
  return new Set(known.map((host) => id<HostName>(host)))
}

const HOSTS_PER_STATEMENT = 500

async function inLists<Row>(
  hosts: readonly string[],
  ask: (some: readonly string[]) => Promise<readonly Row[]>,
): Promise<readonly Row[]> {
  const rows: Row[] = []
  for (let start = 0; start < hosts.length; start += HOSTS_PER_STATEMENT) {
    rows.push(...(await ask(hosts.slice(start, start + HOSTS_PER_STATEMENT))))
  }
  return rows
}

type HostsAndNow = Readonly<Record<string, string | number>>

/** A process has as many hosts each time, so their statements are compiled once. */
function byCount<Row>(
  build: (db: Kysely<CellTables>, hosts: readonly string[], now: number) => Compilable<Row>,
): (tx: CellTx, hosts: readonly string[], now?: number) => Promise<readonly Row[]> {
  const of = statements(String, (count: number) =>
    statement((db: Kysely<CellTables>, v: HostsAndNow) => {
      const hosts = Array.from({ length: count }, (_, at) => v[`host ${at}`] as string)
      return build(db, hosts, v['now'] as number)
    }),
  )
  return async (tx, hosts, now = 0) => {
    const named = Object.fromEntries(hosts.map((host, at) => [`host ${at}`, host]))
    return (await of(hosts.length)(tx, { now, ...named })).rows
  }
}

const boots = byCount((db, hosts) => db.selectFrom('host').select(['host', 'boot']).where('host', 'in', hosts))
const saw = byCount((db, hosts, now) => db.updateTable('host').set({ last_seen_at: now }).where('host', 'in', hosts))

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
