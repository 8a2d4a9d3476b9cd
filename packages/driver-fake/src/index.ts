// A simulated hypervisor: the reference driver, and a product for whoever tests a control plane.

export { callNames } from './knobs/call.ts'
export { chance, times } from './knobs/fault.ts'
export { fakeDriver } from './fake-driver.ts'
export { fakeErrors } from './errors.ts'
export { fakeWorld } from './world/fake-world.ts'
export type { Call, CallName, CallRecord, Point, StepName } from './knobs/call.ts'
export type {
  FakeChildOptions,
  FakeDriverOptions,
  FakeKnobs,
  FakeNodeOptions,
  FakeNodes,
  FakeResources,
} from './options.ts'
export type { FakeDisk, FakeVolume, GuestRecord as FakeGuest, MigrationJob } from './world/guest-record.ts'
export type { FakeDriver } from './fake-driver.ts'
export type { FakeWorld } from './world/fake-world.ts'
export type { Failure, Fault, FaultPlan, Faults } from './knobs/fault.ts'
export type { ForeignGuest } from './world/out-of-band.ts'
export type { Injection, WorldOptions } from './world/world-state.ts'
export type { Latency, LatencyKey, Span } from './knobs/latency.ts'
export type { PowerChange, Violation } from './world/power-ledger.ts'
export type { WaitingCall } from './world/call-queue.ts'
