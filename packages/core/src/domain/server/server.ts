import type { Flavor } from '../flavor/flavor.ts'
import type { Problem } from '../error.ts'
import type { CellId, HostName, ImageId, NodeName, ProjectId, ServerId, UserId } from '../ids.ts'
import type { Instant } from '../unit/units.ts'
import type { PowerState, TaskState, VmState } from './states.ts'
import type { ServerStatus } from './status.ts'

/** What went wrong with a server, as its owner may read it. `detail` is for the operator. */
export interface Fault extends Problem {
  readonly at: Instant
}

/** A server as the API shows it. */
export interface Server {
  readonly id: ServerId
  readonly name: string
  readonly description: string | null
  readonly project: ProjectId
  readonly user: UserId
  readonly status: ServerStatus
  readonly vmState: VmState
  readonly taskState: TaskState | null
  readonly powerState: PowerState
  /** The flavor as it was when the server was made: later changes of the flavor do not reach it. */
  readonly flavor: Flavor
  readonly image: ImageId | null
  readonly keyName: string | null
  readonly metadata: Readonly<Record<string, string>>
  readonly tags: readonly string[]
  readonly zone: string | null
  readonly locked: boolean
  readonly lockedReason: string | null
  readonly hostname: string
  readonly launchIndex: number
  readonly reservation: string
  readonly fault: Fault | null
  readonly createdAt: Instant
  readonly updatedAt: Instant
  readonly launchedAt: Instant | null
  readonly deletedAt: Instant | null
  /** Where it runs: for those whom policy lets see it. */
  readonly placement?: ServerPlacement
}

/** Where a server runs, for operators. */
export interface ServerPlacement {
  readonly cell: CellId | null
  readonly host: HostName | null
  readonly node: NodeName | null
  /** The fencing token of the guest: +1 whenever its host changes hands. */
  readonly epoch: number
}

/** One line of what was ever asked of a server (Nova: instance action). */
export interface ServerAction {
  readonly server: ServerId
  readonly action: string
  readonly requestId: string
  readonly user: UserId
  readonly project: ProjectId
  readonly startedAt: Instant
  readonly finishedAt: Instant | null
  readonly result: 'success' | 'error' | null
  readonly message: string | null
}
