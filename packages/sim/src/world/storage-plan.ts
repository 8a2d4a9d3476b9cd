import type { Random, StoreName } from '@novakit/core'
import type { StorageCall, StorageFault, StorageFaultPlan } from '@novakit/core/oracles'

/** Every write meets one of these with this chance. */
export interface StorageChance {
  readonly random: Random
  readonly share: number
  readonly faults: readonly StorageFault[]
}

/** What goes wrong between one process and the stores. */
export interface StoragePlan extends StorageFaultPlan {
  /** The next write of this process meets the fault. */
  once(fault: StorageFault): void
  /** Null: nothing more goes wrong. */
  chance(chance: StorageChance | null): void
}

/** Stores that do not answer anybody. */
export type Outages = Set<StoreName>

export function storagePlan(outages: Outages): StoragePlan {
  let coming: StorageFault[] = []
  let drawn: StorageChance | null = null
  return {
    next: ({ store, call }: StorageCall) => {
      if (outages.has(store)) return 'stopped'
      if (call !== 'write') return null
      const scripted = coming.shift()
      if (scripted !== undefined) return scripted
      if (drawn === null || drawn.random.next() >= drawn.share) return null
      return drawn.faults[drawn.random.below(drawn.faults.length)] ?? null
    },
    once: (fault) => void coming.push(fault),
    chance: (chance) => {
      drawn = chance
      if (chance === null) coming = []
    },
  }
}
