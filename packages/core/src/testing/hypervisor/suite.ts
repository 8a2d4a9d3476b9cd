import type { HypervisorCase } from './all-cases.ts'
import type { HypervisorDriver, HypervisorEnvironment, SpawnOrder } from '../../ports/hypervisor.ts'
import type { HostName } from '../../domain/ids.ts'
import type { LocalImage } from '../../ports/image.ts'
import type { LocalVolume } from '../../ports/volume.ts'
import type { Millis } from '../../domain/unit/units.ts'
import type { Nic } from '../../domain/network/network.ts'

/** A driver under test, and what the suite must know of it. Only `make` is needed. */
export interface HypervisorSuite<Driver extends HypervisorDriver = HypervisorDriver> {
  /** Called for every case: each may have a driver of its own, or all share one. */
  make(): Driver | Promise<Driver>
  /** A driver for the second host of a move: the same again where it serves several. Without it moves are left out. */
  peer?(driver: Driver): HypervisorDriver | Promise<HypervisorDriver>
  /** Default: a test environment on the system's clock. */
  environment?(host: HostName): HypervisorEnvironment
  /** Makes of the sample order (one CPU, 256 MiB, one blank disk of 1 GiB) one that this hypervisor can run. */
  order?(order: SpawnOrder): SpawnOrder | Promise<SpawnOrder>
  /** What devices are made of. Default: made-up ones. */
  readonly devices?: GivenDevices
  /** What the driver's own truth knows to be left of guests after a case: disks, definitions. Must come out empty. */
  leftovers?(driver: Driver): readonly string[] | Promise<readonly string[]>
  /** How long the suite waits for events and for what goes on by itself. Default 10 s. */
  readonly patience?: Millis
  /** Case → why this driver cannot pass it. Printed. */
  readonly skip?: Partial<Record<HypervisorCase, string>>
}

export interface GivenDevices {
  volume?(): LocalVolume | Promise<LocalVolume>
  nic?(order: SpawnOrder): Nic | Promise<Nic>
  image?(): LocalImage | Promise<LocalImage>
  share?(): Readonly<Record<string, unknown>>
}
