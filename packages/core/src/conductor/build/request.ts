import type { HostName, NodeName, ProviderId, ServerId } from '../../domain/ids.ts'
import type { Instant } from '../../domain/unit/units.ts'
import type { Resources } from '../../domain/request-spec/request-spec.ts'
import type { ServerBlueprint } from '../../domain/server/blueprint.ts'

/** The request of a `server.build` operation: one attempt for one server at one place. */
export interface BuildRequestOfAttempt {
  readonly server: ServerId
  /** The guest's epoch. */
  readonly attempt: number
  readonly host: HostName
  readonly node: NodeName
  readonly allocations: Readonly<Record<ProviderId, Resources>>
  readonly blueprint: ServerBlueprint
  readonly createdAt: Instant
}
