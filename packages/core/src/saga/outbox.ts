import type { CloudEvent, EventName, EventPayloads } from '../domain/event/event.ts'
import type { Ids } from '../ports/ids.ts'
import type { SpineTables } from './tables.ts'
import type { StoreKind } from './step.ts'
import type { Store, Tx } from '../ports/storage.ts'
import { insert, insertIgnore, wholeNumber } from '../storage/index.ts'
import { instant, type Millis } from '../domain/unit/units.ts'

/** Puts an event beside the change that it tells of: both are committed, or neither. */
export async function publish<Name extends EventName, Kind extends StoreKind>(
  tx: Tx<Kind>,
  ids: Ids,
  subject: string,
  name: Name,
  payload: EventPayloads[Name],
): Promise<void> {
  const at = await tx.now()
  await insert(tx, 'outbox', [{ id: ids.uuid(), subject, name, payload: JSON.stringify(payload), at }])
}

/** Who relays, and for how long it may without saying so again. */
export interface RelayTurn {
  /** Unique to this process. */
  readonly owner: string
  readonly leaseFor: Millis
}

/**
 * Hands every event of a store to `deliver`, oldest first, and forgets it once that has resolved. After a crash in
 * between it is delivered again. One process at a time relays a store, which keeps the order of each subject: others
 * find the lease taken, and deliver nothing.
 * @returns how many were delivered
 */
export async function relayOutbox<Kind extends StoreKind>(
  store: Store<Kind>,
  turn: RelayTurn,
  deliver: (event: CloudEvent) => Promise<void> | void,
  limit = 200,
): Promise<number> {
  const rows = await store.read((tx) =>
    tx.db<SpineTables>().selectFrom('outbox').selectAll().orderBy('seq').limit(limit).execute(),
  )
  if (rows.length === 0 || !(await store.write((tx) => takeTurn(tx, turn)))) return 0
  for (const row of rows) {
    await deliver({
      id: row.id,
      seq: wholeNumber(row.seq),
      at: instant(row.at),
      store: store.name,
      version: 1,
      name: row.name,
      payload: JSON.parse(row.payload),
    } as CloudEvent)
  }
  const delivered = rows.map((row) => row.seq)
  await store.write((tx) => tx.db<SpineTables>().deleteFrom('outbox').where('seq', 'in', delivered).execute())
  return rows.length
}

const RELAY = 'outbox'

/** @returns false while another process has the turn */
async function takeTurn<Kind extends StoreKind>(tx: Tx<Kind>, { owner, leaseFor }: RelayTurn): Promise<boolean> {
  const now = await tx.now()
  await insertIgnore(tx, 'turn', [{ name: RELAY, owner, until: now }])
  const { numUpdatedRows } = await tx
    .db<SpineTables>()
    .updateTable('turn')
    .set({ owner, until: now + leaseFor })
    .where('name', '=', RELAY)
    .where((where) => where.or([where('owner', '=', owner), where('until', '<=', now)]))
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** Lets another process deliver at once, and not only when the lease runs out. */
export async function giveTurnBack<Kind extends StoreKind>(store: Store<Kind>, owner: string): Promise<void> {
  await store.write(async (tx) => {
    const now = await tx.now()
    await tx
      .db<SpineTables>()
      .updateTable('turn')
      .set({ until: now })
      .where('name', '=', RELAY)
      .where('owner', '=', owner)
      .execute()
  })
}
