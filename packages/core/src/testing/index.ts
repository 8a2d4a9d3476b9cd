export { describeTransport, type TransportCase, type TransportEnds, type TransportSuite } from './transport.ts'
export { faultyStorage, scriptedFaults } from './faulty-storage.ts'
export type { ScriptedFaults, StorageCall, StorageFault, StorageFaultPlan } from './faulty-storage.ts'
export { describeStorage, type StorageCase, type StorageSuite } from './storage.ts'
export { describeScheduler, type SchedulerCase, type SchedulerSuite } from './scheduler.ts'
export { describeHypervisorDriver, sampleSpawnOrder, type HypervisorCase, type HypervisorSuite } from './hypervisor.ts'
export { testEnvironment, type TestEnvironmentOptions } from './environment.ts'
export {
  describePlacement,
  placementNames,
  playPlacementHistory,
  type LedgerAndStore,
  type ModelClaim,
  type PlacementCase,
  type PlacementCommand,
  type PlacementSuite,
} from './placement.ts'
export * from './invariants/index.ts'
export { describeSaga, playCase, sagaCases, type SagaMode, type SagaSuite } from './saga/describe-saga.ts'
export { expectEmpty, expectQuiet, play, type SagaCase } from './saga/case.ts'
export { forEver } from './saga/trap.ts'
export type { HostTrouble, Moment, SagaStage, StageProcess } from './saga/stage.ts'
export { sagaTables, type SagaTable } from '../conductor/index.ts'
