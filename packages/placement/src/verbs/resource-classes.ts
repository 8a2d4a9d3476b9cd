import { insertIgnore, wholeNumber, type GlobalTx, type ProviderId } from '@novakit/core'
import { ledgerErrors, told } from '../errors.ts'
import { lockFeed, markChanged } from '../ledger/change-feed.ts'
import { lockProviders } from '../ledger/lock-providers.ts'
import { isStandard, unknownNames } from '../ledger/names.ts'
import { now } from '../ledger/now.ts'
import { tables } from '../ledger/tables.ts'
import { STANDARD_CLASSES } from '../standard/resource-classes.ts'

export interface NamedThing {
  readonly name: string
  /** Milliseconds since 1970; null for what was there before any database. */
  readonly createdAt: number | null
}

/** The standard ones in their order, then those made here, the oldest first. */
export async function listResourceClasses(tx: GlobalTx): Promise<readonly NamedThing[]> {
  const rows = await tables(tx).selectFrom('resource_class').selectAll().orderBy('created_at').orderBy('name').execute()
  return [
    ...STANDARD_CLASSES.map((name) => ({ name, createdAt: null })),
    ...rows.map((row) => ({ name: row.name, createdAt: wholeNumber(row.created_at) })),
  ]
}

/** @throws `placement.resource_class_not_found` */
export async function getResourceClass(tx: GlobalTx, name: string): Promise<NamedThing> {
  if (isStandard('resource_class', name)) return { name, createdAt: null }
  const row = await tables(tx).selectFrom('resource_class').selectAll().where('name', '=', name).executeTakeFirst()
  if (row === undefined) throw told(ledgerErrors.resource_class_not_found, { name })
  return { name, createdAt: wholeNumber(row.created_at) }
}

/** @returns whether it is new */
export async function ensureResourceClass(tx: GlobalTx, name: string): Promise<boolean> {
  if (isStandard('resource_class', name)) return false
  return (await insertIgnore(tx, 'resource_class', [{ name, created_at: await now(tx) }])) === 1
}

/** @throws `placement.resource_class_exists` */
export async function createResourceClass(tx: GlobalTx, name: string): Promise<void> {
  if (!(await ensureResourceClass(tx, name))) throw told(ledgerErrors.resource_class_exists, { name })
}

/**
 * Inventories and allocations of it go by the new name from then on.
 * @throws `placement.resource_class_not_found`, `placement.resource_class_standard`, `placement.resource_class_exists`
 */
export async function renameResourceClass(tx: GlobalTx, name: string, to: string): Promise<void> {
  if (isStandard('resource_class', name)) throw told(ledgerErrors.resource_class_standard, { name })
  const holders = await lockHolders(tx, name)
  await getResourceClass(tx, name)
  if (name === to) return
  if ((await unknownNames(tx, 'resource_class', [to])).length === 0) {
    throw told(ledgerErrors.resource_class_exists, { name: to })
  }
  const db = tables(tx)
  await db.updateTable('resource_class').set({ name: to }).where('name', '=', name).execute()
  await db.updateTable('inventory').set({ resource_class: to }).where('resource_class', '=', name).execute()
  await db.updateTable('allocation').set({ resource_class: to }).where('resource_class', '=', name).execute()
  await markChanged(tx, holders, 'stays')
}

/** The providers that have an inventory of a class, locked as every writer of inventories locks them. */
async function lockHolders(tx: GlobalTx, name: string): Promise<readonly ProviderId[]> {
  const look = async (): Promise<readonly ProviderId[]> => {
    const query = tables(tx).selectFrom('inventory').select('provider').where('resource_class', '=', name)
    return (await query.execute()).map((row) => row.provider as ProviderId)
  }
  await lockProviders(tx, await look())
  return look()
}

/** @throws `placement.resource_class_not_found`, `placement.resource_class_standard`, `placement.resource_class_in_use` */
export async function removeResourceClass(tx: GlobalTx, name: string): Promise<void> {
  await lockCustomClass(tx, name)
  const used = await tables(tx)
    .selectFrom('inventory')
    .select('provider')
    .where('resource_class', '=', name)
    .limit(1)
    .executeTakeFirst()
  if (used !== undefined) throw told(ledgerErrors.resource_class_in_use, { name })
  await tables(tx).deleteFrom('resource_class').where('name', '=', name).execute()
}

/** Inventories are written under the same lock, so none of it appears while it goes. */
async function lockCustomClass(tx: GlobalTx, name: string): Promise<void> {
  if (isStandard('resource_class', name)) throw told(ledgerErrors.resource_class_standard, { name })
  await lockFeed(tx)
  await getResourceClass(tx, name)
}
