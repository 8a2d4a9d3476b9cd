import { openStore, seededRandom, silentLog, systemClock, type StorageDriver } from '@novakit/core'
import type { LedgerAndStore } from '@novakit/core/testing'
import { placementLedger } from '@novakit/placement'

/** The ledger in the global store of a driver. */
export async function openLedgerOn(driver: StorageDriver): Promise<LedgerAndStore> {
  const ledger = placementLedger()
  const deps = { clock: systemClock, random: seededRandom('ledger'), log: silentLog }
  const store = await openStore('global', 'global', driver, deps, ledger.migrations)
  return { ledger, store, close: () => store.close() }
}
