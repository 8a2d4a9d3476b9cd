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

/**
 * Of resizes and cold migrations: as long as it is one of these, what was left behind is kept for going back. One that
 * is `finished` waits for somebody to confirm or revert it.
 */
export const openResizeStatuses = [
  'pre-migrating',
  'migrating',
  'post-migrating',
  'finished',
  'confirming',
  'reverting',
] as const satisfies readonly MigrationStatus[]

/** A server on its way between hosts. While it lives, its id holds the claim on the side being left. */
export interface ServerMigration {
  readonly id: MigrationId
  readonly server: ServerId
  readonly type: MigrationType
  readonly status: MigrationStatus
  /** Null where the server was on no host. */
  readonly sourceHost: HostName | null
  readonly sourceNode: NodeName | null
  /** Null until it is chosen. */
  readonly destHost: HostName | null
  readonly destNode: NodeName | null
  readonly createdAt: Instant
  readonly updatedAt: Instant
}
