import {
  manualClock,
  openStore,
  seededRandom,
  silentLog,
  sqlite,
  type GlobalStore,
  type PlacementLedger,
} from '@novakit/core'
import { placementLedger } from '@novakit/placement'

export interface Opened {
  readonly ledger: PlacementLedger
  readonly store: GlobalStore
  close(): Promise<void>
}

/** An empty ledger in memory. */
export async function openLedger(): Promise<Opened> {
  const ledger = placementLedger()
  const deps = { clock: manualClock(), random: seededRandom('ledger'), log: silentLog }
  const store = await openStore('global', 'global', sqlite(':memory:'), deps, ledger.migrations)
  return { ledger, store, close: () => store.close() }
}
