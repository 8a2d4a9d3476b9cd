import type { PlacementLedger } from '@novakit/core'
import { placementMigrations } from '../migrations/index.ts'
import { allocationsOf } from './allocations-of.ts'
import { changes, version } from './change-feed.ts'
import { claim } from './claims.ts'
import { declareTree, removeTree } from './declare-tree.ts'
import { changeTraits, setAggregates } from './provider-parts.ts'
import { providers } from './providers.ts'
import { release } from './release.ts'

/** The ledger in tables of the global store, inside the caller's transactions. It keeps nothing in memory. */
export function placementLedger(): PlacementLedger {
  return {
    migrations: [placementMigrations],
    declareTree,
    removeTree,
    setAggregates,
    changeTraits,
    claim,
    release,
    allocationsOf,
    providers,
    changes,
    version,
  }
}
