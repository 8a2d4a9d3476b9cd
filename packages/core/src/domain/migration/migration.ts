import type { Flavor } from '../flavor/flavor.ts'
import type { HostName, MigrationId, NodeName, ServerId } from '../ids.ts'
import type { Instant } from '../unit/units.ts'

export type MigrationType = 'migration' | 'resize' | 'live-migration' | 'evacuation'

export type MigrationStatus =
  | 'pre-migrating'
  | 'queued'
  | 'preparing'
  | 'running'
  | 'migrating'
  | 'post-migrating'
  | 'accepted'
  | 'finished'
  | 'confirming'
  | 'confirmed'
  | 'reverting'
  | 'reverted'
  | 'completed'
  | 'done'
  | 'failed'
  | 'cancelled'
  | 'error'

/** A server on its way between hosts or flavors. While it lives, its id holds the claim on the side being left. */
export interface Migration {
  readonly id: MigrationId
  readonly server: ServerId
  readonly type: MigrationType
  readonly status: MigrationStatus
  readonly sourceHost: HostName
  readonly sourceNode: NodeName
  readonly destHost: HostName | null
  readonly destNode: NodeName | null
  readonly oldFlavor: Flavor
  readonly newFlavor: Flavor
  readonly crossCell: boolean
  readonly createdAt: Instant
  readonly updatedAt: Instant
}
