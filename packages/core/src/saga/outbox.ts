import type { CloudEvent, EventName, EventPayloads } from '../domain/event/event.ts'
import type { Ids } from '../ports/ids.ts'
import type { SpineTables } from './tables.ts'
import type { StoreKind } from './step.ts'
import type { Store, Tx } from '../ports/storage.ts'
import { instant } from '../domain/unit/units.ts'

/** Puts an event beside the change that it tells of: both are committed, or neither. */
export async function publish<Name extends EventName, Kind extends StoreKind>(
  tx: Tx<Kind>,
  ids: Ids,
  subject: string,
  name: Name,
  payload: EventPayloads[Name],
): Promise<void> {
  const at = await tx.now()
  await tx
    .db<SpineTables>()
    .insertInto('outbox')
    .values({ id: ids.uuid(), subject, name, payload: JSON.stringify(payload), at } as never)
    .execute()
}

/**
 * Hands every event of a store to `deliver`, oldest first, and forgets it once that has resolved. After a crash in
 * between it is delivered again. One relay at a time per store keeps the order of each subject.
 * @returns how many were delivered
 */
export async function relayOutbox<Kind extends StoreKind>(
  store: Store<Kind>,
  deliver: (event: CloudEvent) => Promise<void> | void,
  limit = 200,
): Promise<number> {
  const rows = await store.read((tx) =>
    tx.db<SpineTables>().selectFrom('outbox').selectAll().orderBy('seq').limit(limit).execute(),
  )
  for (const row of rows) {
    await deliver({
      id: row.id,
      seq: row.seq,
      at: instant(row.at),
      store: store.name,
      version: 1,
      name: row.name,
      payload: JSON.parse(row.payload),
    } as CloudEvent)
  }
  const last = rows.at(-1)
  if (last === undefined) return 0
  const delivered = rows.map((row) => row.seq)
  await store.write((tx) => tx.db<SpineTables>().deleteFrom('outbox').where('seq', 'in', delivered).execute())
  return rows.length
}
