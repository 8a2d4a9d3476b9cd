import type { OpenStore, StorageDriver } from '@novakit/core'
import { sqlite, systemClock } from '@novakit/core'

/** One database for all cases of a test file, one after another: to make its tables takes longer than most cases. */
const shared: { readonly driver: StorageDriver; keeper: Promise<OpenStore> | null } = {
  driver: sqlite(':memory:'),
  keeper: null,
}

/** What migrations have put there: their own record, and where the ledger's feed of changes stands. */
const KEPT = /(?<!instance_)migration(_lock)?$|placement_feed$/

/** A database as a new cloud finds it that has migrated. Whoever had it before must have closed it. */
export async function emptiedDatabase(): Promise<StorageDriver> {
  // Memory is forgotten with the last store in it, so one stays open.
  shared.keeper ??= shared.driver.open('global', systemClock)
  const db = (await shared.keeper).kysely.withoutPlugins()
  const tables = await db.selectFrom('sqlite_master').select('name').where('type', '=', 'table').execute()
  for (const { name } of tables) if (!KEPT.test(name)) await db.deleteFrom(name).execute()
  return shared.driver
}
