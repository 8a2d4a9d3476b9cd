// The room of design: what an order means as a guest.

export { cpuTopology, type CpuTopology } from './cpu-topology.ts'
export { designGuest } from './design-guest.ts'
export { describeDisk, diskBuses, diskPrefix, nextName, type Bus } from './disks.ts'
export { describeInterface, pciPlace } from './interfaces.ts'
export { epochIn, portsIn } from './guest-metadata.ts'
export { guestDesignErrors } from './errors.ts'
export { settingsOf, type Settings } from './settings.ts'
export type {
  CpuProfile,
  DesignInput,
  DiskOrder,
  DiskSource,
  GuestCell,
  GuestFiles,
  GuestOrder,
  HostDevice,
  HostProfile,
  NumaPlacement,
} from './guest-order.ts'
