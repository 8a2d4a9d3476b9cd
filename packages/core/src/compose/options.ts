import type { Clock } from '../ports/clock.ts'
import type { FailPointHook } from '../saga/index.ts'
import type { FirstBoot } from '../ports/first-boot.ts'
import type { HostMemory } from '../ports/host-memory.ts'
import type { HypervisorDriver } from '../ports/hypervisor.ts'
import type { Ids } from '../ports/ids.ts'
import type { ImageControl, ImageHost } from '../ports/image.ts'
import type { Log } from '../ports/log.ts'
import type { Millis } from '../domain/unit/units.ts'
import type { NetworkControl, NetworkHost } from '../ports/network.ts'
import type { PlacementLedger } from '../ports/placement.ts'
import type { Policy } from '../ports/policy.ts'
import type { Random } from '../ports/random.ts'
import type { Recovery } from '../ports/fencing.ts'
import type { Scheduler } from '../ports/scheduler.ts'
import type { SecretBox } from '../ports/secrets.ts'
import type { StorageDriver } from '../ports/storage.ts'
import type { Transport } from '../ports/transport.ts'
import type { VolumeControl, VolumeHost } from '../ports/volume.ts'
import { millis, minutes, seconds } from '../domain/unit/units.ts'

/** What a process does: answer callers, run sagas, or both. Agents run wherever hosts are given. */
export type Role = 'api' | 'conductor'

/** Every part of a cloud, by value. The façade `novakit` has a default for each. */
export interface CloudParts {
  readonly storage: StorageDriver
  readonly transport: Transport
  readonly scheduler: Scheduler
  readonly ledger: PlacementLedger
  readonly images: ImageControl & ImageHost
  readonly networks: NetworkControl & NetworkHost
  readonly volumes: VolumeControl & VolumeHost
  readonly firstBoot: FirstBoot | null
  readonly policy: Policy
  /** A function is called once the global store is open: a database that cannot be opened leaves no key behind. */
  readonly secrets: SecretBox | (() => Promise<SecretBox>)
  readonly clock: Clock
  readonly random: Random
  readonly ids: Ids
  readonly log: Log
  /** Cell name → the hosts whose agents run in this process. cell0 is always there. */
  readonly cells: Readonly<Record<string, CellParts>>
  readonly roles: readonly Role[]
  readonly timing: CloudTiming
  readonly maxAttempts: number
  /** Null: servers of dead hosts wait for an operator. */
  readonly recovery: Recovery | null
  /** Whether a resize may stay on its host (Nova's `allow_resize_to_same_host`). */
  readonly allowResizeToSameHost: boolean
  /** Hosts are mapped when they say hello; otherwise an operator discovers them. */
  readonly mapHosts: boolean
  /** Where the agents of this process keep what they must remember: beside the cloud's own tables, or elsewhere. */
  readonly memoryOf: 'database' | MemoryOf
  /** For tests of what a crash or an error leaves behind. */
  readonly failPoint?: FailPointHook
}

export type MemoryOf = (host: string) => Promise<HostMemory>

export interface CellParts {
  readonly hosts: Readonly<Record<string, HypervisorDriver>>
}

/** How long things may take, in milliseconds. */
export interface CloudTiming {
  /** A dead worker's operations wait that long for another. */
  readonly leaseFor: Millis
  /** Due operations are looked for that often. */
  readonly scanEvery: Millis
  readonly heartbeatEvery: Millis
  /** Agents look that often whether their hypervisor is what they declared, and has what it should not have. */
  readonly surveyEvery: Millis
  /** Agents tell that often what all their guests show; what has changed they tell with the next heartbeat. */
  readonly censusEvery: Millis
  /** A host that was not heard of for that long is down. */
  readonly downAfter: Millis
  /** A command without an answer is sent again after that long. */
  readonly commandEvery: Millis
  /** Whoever waits for another operation looks again after that long. */
  readonly lookEvery: Millis
  /** One attempt to build a server may take that long. */
  readonly buildWithin: Millis
  /** An action that its host has not answered after that long is given up. */
  readonly actWithin: Millis
  /**
   * What was deleted can be had back for so long. 0: a server is gone when it is deleted. Nova's
   * `reclaim_instance_interval`.
   */
  readonly reclaimAfter: Millis
  /**
   * A shelved server leaves its host after so long: 0 at once, -1 only when an operator says so. Nova's
   * `shelved_offload_time`.
   */
  readonly offloadAfter: Millis
  /** Conductors look that often for what is to be done because its time has come. */
  readonly periodicEvery: Millis
  /** A resize that nobody has confirmed or reverted after that long is confirmed; 0: never (Nova's `resize_confirm_window`). */
  readonly resizeConfirmWithin: Millis
  /** The outbox is left alone that long after it was found empty. */
  readonly relayEvery: Millis
  /** `start()` waits that long for the agents of this process to be known. */
  readonly greetWithin: Millis
}

export const defaultTiming: CloudTiming = {
  leaseFor: seconds(15),
  scanEvery: seconds(1),
  heartbeatEvery: seconds(10),
  surveyEvery: seconds(30),
  censusEvery: minutes(10),
  downAfter: seconds(60),
  commandEvery: seconds(30),
  lookEvery: seconds(2),
  buildWithin: minutes(10),
  actWithin: minutes(10),
  reclaimAfter: seconds(0),
  offloadAfter: seconds(0),
  periodicEvery: seconds(60),
  resizeConfirmWithin: millis(0),
  relayEvery: seconds(0.2),
  greetWithin: seconds(10),
}
