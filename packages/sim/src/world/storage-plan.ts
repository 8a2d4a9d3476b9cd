import type { StorageCall, StorageFault, StorageFaultPlan } from '@novakit/core/oracles'
import type { StoreName } from '@novakit/core'

/** What goes wrong between one process and the stores. */
export interface StoragePlan extends StorageFaultPlan {
  /** The next write of this process meets the fault. */
  once(fault: StorageFault): void
}

/** Stores that do not answer anybody. */
export type Outages = Set<StoreName>

/** @param decide what becomes of a call for which nothing else is planned; null: it succeeds */
export function storagePlan(
  outages: Outages,
  decide: (call: StorageCall) => StorageFault | null = () => null,
): StoragePlan {
  const coming: StorageFault[] = []
  return {
    next: (call) => {
      if (outages.has(call.store)) return 'stopped'
      const scripted = call.call === 'write' ? coming.shift() : undefined
      return scripted ?? decide(call)
    },
    once: (fault) => void coming.push(fault),
  }
}
