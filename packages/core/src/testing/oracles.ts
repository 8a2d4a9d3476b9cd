// The door of @novakit/core/oracles: what a whole cloud is broken with and judged by, without a test runner.

export * from './invariants/index.ts'
export { mustStop } from '../domain/server/power-sync.ts'
export { faultyStorage, scriptedFaults } from './faulty-storage.ts'
export type { ScriptedFaults, StorageCall, StorageFault, StorageFaultPlan } from './faulty-storage.ts'
export { forEver } from './saga/trap.ts'
