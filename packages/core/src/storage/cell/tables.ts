import type { PowerState, TaskState, VmState } from '../../domain/server/states.ts'
import type { VolumeAttachmentStatus } from '../../domain/volume/volume.ts'

/** A cell store's own tables. */
export interface CellTables {
  instance: InstanceRow
  instance_action: InstanceActionRow
  instance_fault: InstanceFaultRow
  instance_migration: MigrationRow
  volume_attachment: VolumeAttachmentRow
  host: HostRow
  tombstone: TombstoneRow
  guest_password: GuestPasswordRow
}

export interface InstanceRow {
  id: string
  name: string
  description: string | null
  project: string
  user: string
  vm_state: VmState
  task_state: TaskState | null
  power_state: PowerState
  flavor: string
  image: string | null
  key_name: string | null
  metadata: string
  tags: string
  zone: string | null
  locked: number
  locked_reason: string | null
  /** Who may unlock it: its project, or only whom policy lets override. */
  locked_by: 'owner' | 'admin' | null
  hostname: string
  launch_index: number
  reservation: string
  host: string | null
  node: string | null
  /** Fencing token: every command carries it. */
  epoch: number
  /** How many actions have begun: their orders are told apart by it. */
  sequence: number
  /** The latest of them that its host has answered. */
  answered: number
  /** JSON of what a rebuild or a move needs to make the guest again. */
  blueprint: string
  created_at: number
  updated_at: number
  launched_at: number | null
  deleted_at: number | null
  /** Since when it waits to be removed, from the cloud or only from its host, unless somebody wants it back. */
  set_aside_at: number | null
  /** Of a shelved server: its disk as it was. */
  shelved_image: string | null
}

export interface InstanceActionRow {
  server: string
  operation: string
  action: string
  request_id: string
  project: string
  user: string
  started_at: number
  finished_at: number | null
  result: 'success' | 'error' | null
  message: string | null
}

export interface InstanceFaultRow {
  server: string
  operation: string
  problem: string
  at: number
}

export interface MigrationRow {
  id: string
  server: string
  type: string
  status: string
  /** JSON of the rest. */
  details: string
  created_at: number
  updated_at: number
}

/** A volume of a server: what is written down before anything is done about it, and until all is. */
export interface VolumeAttachmentRow {
  server: string
  volume: string
  status: VolumeAttachmentStatus
  /** The volume service's; null until the volume is reserved. */
  attachment: string | null
  /** As wished at first, then as the hypervisor has it. */
  device: string | null
  tag: string | null
  delete_on_termination: number
  /** JSON of how its host reaches it; null until it does. */
  connection: string | null
  created_at: number
}

export interface HostRow {
  host: string
  /** Changes when the agent starts: what it said before may be out of date. */
  boot: string
  /** What the agent greeted with, of no use yet; null where it has none. */
  public_key: string | null
  enabled: number
  disabled_reason: string | null
  forced_down: number
  /** By the store's clock. */
  last_seen_at: number
  /** JSON of the nodes' inventories, as last declared. */
  nodes: string
  /** Grows with each declaration: they are long, and seldom new. */
  nodes_version: number
  /** Of the latest declaration that the ledger holds. */
  declared_version: number
  /** Until 1 nothing is placed here. */
  mapped: number
  created_at: number
}

/** Proof that a guest up to this epoch on this host is nobody's: whoever finds it there destroys it. */
export interface TombstoneRow {
  server: string
  host: string
  epoch: number
  /** When it was written, or its host last told among many. */
  at: number
}

/** What a guest has posted to the metadata service. */
export interface GuestPasswordRow {
  server: string
  encrypted: string
  at: number
}
