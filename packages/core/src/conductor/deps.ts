import type { Cells } from '../cells/cells.ts'
import type { Clock } from '../ports/clock.ts'
import type { ClusterView } from './view/cluster-view.ts'
import type { Recovery } from '../ports/fencing.ts'
import type { GlobalStore } from '../ports/storage.ts'
import type { GroupView } from './view/group-view.ts'
import type { Hearing } from './hearing.ts'
import type { Holds } from './view/holds.ts'
import type { Ids } from '../ports/ids.ts'
import type { Log } from '../ports/log.ts'
import type { ImageControl } from '../ports/image.ts'
import type { LostClaims } from './lost-claims.ts'
import type { Millis } from '../domain/unit/units.ts'
import type { NetworkControl } from '../ports/network.ts'
import type { Hands, OperationStanding } from '../saga/index.ts'
import type { PlacementLedger } from '../ports/placement.ts'
import type { CellId, OperationId } from '../domain/ids.ts'
import type { Scheduler } from '../ports/scheduler.ts'
import type { VolumeControl } from '../ports/volume.ts'
import type { StoreName } from '../domain/storage/store-name.ts'

/** What sagas stand on. */
export interface ConductorDeps {
  readonly global: GlobalStore
  readonly cells: Cells
  readonly ledger: PlacementLedger
  readonly scheduler: Scheduler
  readonly view: ClusterView
  readonly groups: GroupView
  readonly holds: Holds
  readonly lostClaims: LostClaims
  readonly hearing: Hearing
  readonly networks: NetworkControl
  readonly images: ImageControl
  readonly volumes: VolumeControl
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
  readonly timing: Timing
  /** Null: servers of dead hosts wait for an operator. */
  readonly recovery: Recovery | null
  /** Tells an executor of this process that an operation may be due. */
  poke(store: StoreName, operation: OperationId): void
  readonly hands: Hands
  /** How operations ended that ended in this process, not long ago. */
  endedHere(operation: OperationId): OperationStanding | undefined
  /** Makes `waiter` look at once when `waited` has ended, if it ends in this process. */
  tellWhenEnded(waited: OperationId, store: StoreName, waiter: OperationId): void
  /** Makes a waiting operation look at once. */
  wake(store: StoreName, operation: OperationId): void
  /** Places tried for one server before it is given up. Nova's `max_attempts`. */
  readonly maxAttempts: number
}

/** Where sagas of a cell happen, and with what. */
export interface AtCell {
  readonly deps: ConductorDeps
  readonly cell: CellId
}

/** How long things may take. */
export interface Timing {
  /** An agent that was not heard of for that long is down. Nova's `service_down_time`. */
  readonly downAfter: Millis
  /** A command that has no answer after that long is sent again. */
  readonly commandEvery: Millis
  /** Whoever waits for other operations looks again after that long, should a wake-up be lost. */
  readonly lookEvery: Millis
  /** One attempt to build a server may take that long. */
  readonly buildWithin: Millis
  /** An action that its host has not answered after that long is given up. */
  readonly actWithin: Millis
  /** What was deleted is kept so long. 0: such servers are left to whoever deleted them. */
  readonly reclaimAfter: Millis
  /** A shelved server leaves its host after so long: 0 at once, -1 never by itself. */
  readonly offloadAfter: Millis
  /** It is looked that often for what is to be done because its time has come. */
  readonly periodicEvery: Millis
  /** A resize that nobody has confirmed or reverted after that long is confirmed; 0: never. */
  readonly resizeConfirmWithin: Millis
}
