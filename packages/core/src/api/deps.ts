import type { Hands } from '../saga/index.ts'
import type { Cells } from '../cells/cells.ts'
import type { Clock } from '../ports/clock.ts'
import type { GlobalStore } from '../ports/storage.ts'
import type { Ids } from '../ports/ids.ts'
import type { ImageControl } from '../ports/image.ts'
import type { Log } from '../ports/log.ts'
import type { NetworkControl } from '../ports/network.ts'
import type { Answers, Question } from '../rpc/questions.ts'
import type { CellId, HostName, OperationId } from '../domain/ids.ts'
import type { CellInfo } from '../domain/cell/cell.ts'
import type { Millis } from '../domain/unit/units.ts'
import type { PlacementLedger } from '../ports/placement.ts'
import type { Policy } from '../ports/policy.ts'
import type { SecretBox } from '../ports/secrets.ts'
import type { VolumeControl } from '../ports/volume.ts'
import type { StoreName } from '../domain/storage/store-name.ts'
import type { CloudEvents } from './events.ts'

/** What the verbs stand on. They share the stores with the conductor, and nothing else. */
export interface ApiDeps {
  readonly global: GlobalStore
  readonly cells: Cells
  readonly policy: Policy
  readonly ledger: PlacementLedger
  readonly images: ImageControl
  readonly networks: NetworkControl
  readonly volumes: VolumeControl
  readonly secrets: SecretBox
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
  readonly events: CloudEvents
  /** A host that was not heard of for that long is down. */
  readonly downAfter: Millis
  /** An action that its host has not answered after that long is given up. */
  readonly actWithin: Millis
  /** What was deleted can be had back for so long; 0: it cannot. */
  readonly reclaimAfter: Millis
  /** Whether a resize may stay on its host. */
  readonly allowResizeToSameHost: boolean
  /** Opens a store for a new cell, writes it down and takes it into work. @throws `cell.exists`, `storage.*` */
  makeCell(name: string): Promise<CellInfo>
  /** Maps the hosts that wait for it. */
  discoverHosts(cell: CellId): Promise<number>
  /** Tells the scheduler of this process that hosts, zones or cells are not as they were. Others see it within a second. */
  hostsChanged(): void
  /** Tells some conductor that an operation was accepted. May be lost: due operations are found anyway. */
  wake(store: StoreName, operation: OperationId): void
  /** Asks a host about a guest. @throws `host.unreachable`, and what the host says */
  askHost(host: HostName, question: Question, traceId: string): Promise<Answers[keyof Answers]>
  /** Null where no conductor runs in this process. */
  readonly hands: Hands | null
}
