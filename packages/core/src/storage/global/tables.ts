import type { KeyPairType } from '../../domain/key-pair/key-pair.ts'
import type { ServerGroupPolicy } from '../../domain/server-group/server-group.ts'

/** The global store's own tables. JSON columns are text; instants are milliseconds; truth values are 0 and 1. */
export interface GlobalTables {
  cell: CellRow
  host_mapping: HostMappingRow
  host_node: HostNodeRow
  instance_mapping: InstanceMappingRow
  build_request: BuildRequestRow
  request_spec: RequestSpecRow
  idempotency_key: IdempotencyKeyRow
  flavor: FlavorRow
  flavor_access: FlavorAccessRow
  key_pair: KeyPairRow
  server_group: ServerGroupRow
  server_group_member: ServerGroupMemberRow
  aggregate: AggregateRow
  aggregate_host: AggregateHostRow
  quota_limit: QuotaLimitRow
  quota_usage: QuotaUsageRow
  quota_charge: QuotaChargeRow
}

export interface CellRow {
  id: string
  name: string
  disabled: number
  created_at: number
}

/** Which cell a host belongs to. */
export interface HostMappingRow {
  host: string
  cell: string
  created_at: number
}

/** The root provider of each node of a host. */
export interface HostNodeRow {
  host: string
  node: string
  provider: string
}

/** Where to look for a server. `cell` is null until it stands in one. */
export interface InstanceMappingRow {
  server: string
  cell: string | null
  project: string
  deleted: number
  created_at: number
}

/** A server on its way into a cell: what a reader is shown meanwhile, and how far the attempts have come. */
export interface BuildRequestRow {
  server: string
  operation: string
  project: string
  user: string
  name: string
  launch_index: number
  /** JSON of {@link ServerBlueprint}. */
  blueprint: string
  /** Asked to be deleted: whoever builds lets go at its next write. */
  deleting: number
  /** Stands in a cell: from now on it is deleted there. */
  mapped: number
  /** The latest attempt that was taken out of its cell: nobody maps it any more. */
  closed_attempt: number
  /** Number of the attempt under way; the guest's epoch. 0 before the first. */
  attempt: number
  /** JSON: the place of this attempt, or null. */
  choice: string | null
  /** JSON: places still to be tried. */
  alternates: string
  /** JSON: hosts that failed, and why. */
  failures: string
  created_at: number
}

export interface RequestSpecRow {
  server: string
  spec: string
}

/** One request, however often it is sent. */
export interface IdempotencyKeyRow {
  project: string
  key: string
  /** Of the request: the same key with another request is refused. */
  hash: string
  operation: string
  /** JSON of what the caller was answered. */
  answer: string
  created_at: number
}

export interface FlavorRow {
  id: string
  name: string
  vcpus: number
  memory: number
  disk: number
  ephemeral: number
  swap: number
  is_public: number
  description: string | null
  extra_specs: string
  created_at: number
}

export interface FlavorAccessRow {
  flavor: string
  project: string
}

export interface KeyPairRow {
  user: string
  name: string
  type: KeyPairType
  public_key: string
  fingerprint: string
  created_at: number
}

export interface ServerGroupRow {
  id: string
  name: string
  project: string
  user: string
  policy: ServerGroupPolicy
  level: string | null
  max_server_per_host: number
  created_at: number
}

export interface ServerGroupMemberRow {
  server_group: string
  server: string
  /** For the policy `partition`. */
  partition: string | null
}

export interface AggregateRow {
  id: string
  name: string
  metadata: string
  created_at: number
}

export interface AggregateHostRow {
  aggregate: string
  host: string
}

/** `user` is '' for the whole project; `project` is '' for the defaults of all. */
export interface QuotaLimitRow {
  project: string
  user: string
  resource: string
  amount: number
}

export interface QuotaUsageRow {
  project: string
  user: string
  resource: string
  used: number
}

/** What one subject (a server, a key pair, …) was charged: deleting the row and giving it back are one act. */
export interface QuotaChargeRow {
  subject: string
  project: string
  user: string
  resource: string
  amount: number
  operation: string
}
