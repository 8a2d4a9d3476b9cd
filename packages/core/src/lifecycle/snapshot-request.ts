import type { ProjectId, ServerId, UserId } from '../domain/ids.ts'
import type { Snapshot } from '../domain/server/snapshot.ts'
import type { VmState } from '../domain/server/states.ts'

/** What makes an image of a server. */
export type SnapshotAction = 'createImage' | 'createBackup' | 'shelve'

/** The request of an operation that makes an image of a server. */
export interface SnapshotRequest {
  readonly server: ServerId
  readonly action: SnapshotAction
  /** Where the server rested when it began. */
  readonly from: VmState
  readonly epoch: number
  readonly sequence: number
  /** Of the server: whose the image is. */
  readonly project: ProjectId
  readonly user: UserId
  readonly snapshot: Snapshot
  /** Of backups of one type so many are kept. Null: it is none. */
  readonly rotation: { readonly type: string; readonly keep: number } | null
  /** Milliseconds that the guest has to shut down by itself before it is shelved; null: the plug is pulled. */
  readonly graceful: number | null
}

export const snapshotKind = (action: SnapshotAction): string => `server.${action}`
