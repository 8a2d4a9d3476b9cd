import type { ServerGroupPolicy } from '../server-group/server-group.ts'
import type { Flavor } from '../flavor/flavor.ts'
import type { Image } from '../image/image.ts'
import type { BlockDevice } from '../volume/volume.ts'
import type { NetworkRequest } from '../network/network.ts'
import type {
  AggregateId,
  CellId,
  HostName,
  NodeName,
  ProjectId,
  ProviderId,
  ServerGroupId,
  ServerId,
  UserId,
} from '../ids.ts'

/**
 * Everything the scheduler is told. What tenants may write (`hints`, image properties) stands apart from what we
 * derive (`internal`), so that no user-writable key can switch anything inside (OSSA-2026-022).
 */
export interface RequestSpec {
  readonly project: ProjectId
  readonly user: UserId
  readonly servers: readonly ServerId[]
  readonly flavor: Flavor
  readonly image: Image | null
  readonly zone: string | null
  readonly group: GroupRequest | null
  readonly hints: SchedulerHints
  readonly destination: Destination
  readonly networks: readonly NetworkRequest[] | 'auto' | 'none'
  readonly blockDevices: readonly BlockDevice[]
  readonly bootFromVolume: boolean
  readonly resources: ResourceRequest
  readonly internal: InternalFlags
}

/** What a tenant may ask of the scheduler; unknown keys go to `extra` and reach custom filters only. */
export interface SchedulerHints {
  readonly sameHost?: readonly ServerId[]
  readonly differentHost?: readonly ServerId[]
  /** A JSON prefix expression for JsonFilter. */
  readonly query?: string
  readonly buildNearHostIp?: string
  readonly cidr?: string
  /** Which partition of its server group a server belongs to. */
  readonly partition?: string
  readonly extra?: Readonly<Record<string, readonly string[]>>
}

/** Where policy or a caller with the right narrows the choice to. */
export interface Destination {
  /** The server must go there, but the filters still speak. */
  readonly requestedHost?: HostName
  readonly requestedNode?: NodeName
  /** Nova's `az:host:node` form: filters are skipped. */
  readonly forcedHosts?: readonly HostName[]
  readonly forcedNodes?: readonly NodeName[]
  readonly ignoredHosts: readonly HostName[]
  /** Nodes on which a build failed before; only RetryFilter looks at them. */
  readonly tried?: readonly { readonly host: HostName; readonly node: NodeName }[]
  /** Null: any cell. */
  readonly cell: CellId | null
  readonly allowCrossCellMove?: boolean
}

/** A server group as it stood when the decision was made. */
export interface GroupRequest {
  readonly id: ServerGroupId
  readonly policy: ServerGroupPolicy
  /** What it counts by: null hosts, else aggregates with this metadata key. */
  readonly level: string | null
  readonly maxServerPerHost: number
  readonly members: readonly ServerId[]
  /** Hosts that hold members now. */
  readonly hosts: readonly HostName[]
}

/** Flags that only we set. They never travel in a map that a user can write. */
export interface InternalFlags {
  /** Rebuild: only the filters that judge an image in place run, and nothing is claimed. */
  readonly checkType?: 'rebuild'
  readonly isMove?: boolean
}

/** Resource classes and amounts: `VCPU`, `MEMORY_MB` (MiB), `DISK_GB` (GiB), `CUSTOM_*`. */
export type Resources = Readonly<Record<string, number>>

/** What is asked of Placement (nova/scheduler/utils.py, `ResourceRequest`). The group '' has no suffix. */
export interface ResourceRequest {
  readonly groups: readonly ResourceGroup[]
  readonly groupPolicy: 'none' | 'isolate' | null
  readonly rootRequired: readonly string[]
  readonly rootForbidden: readonly string[]
  readonly sameSubtree: readonly (readonly string[])[]
  /** PCI devices beside what Placement counts: hosts know what they have of them. Absent: none. */
  readonly devices?: readonly PciRequest[]
}

/** How near a PCI device must be to the NUMA cells of its guest (Nova: `PCINUMAAffinityPolicy`). */
export const pciPolicies = ['required', 'legacy', 'preferred', 'socket'] as const
export type PciPolicy = (typeof pciPolicies)[number]

/** Devices of one kind (Nova: `InstancePCIRequest`). */
export interface PciRequest {
  /** Request groups with this suffix, or one that goes on with a hyphen, say which providers the devices come from. */
  readonly id: string
  readonly count: number
  /** Tags that a device must have, such as `vendor_id`: any of these will do. */
  readonly specs: readonly Readonly<Record<string, string>>[]
  /** Null: `legacy`. */
  readonly policy: PciPolicy | null
  /** A network port's, which Placement does not count. */
  readonly ofPort: boolean
}

export interface ResourceGroup {
  readonly suffix: string
  readonly resources: Resources
  /** All of these; each entry is one trait or any of several. */
  readonly required: readonly (string | readonly string[])[]
  readonly forbidden: readonly string[]
  /** Member of all of these; each entry is one aggregate or any of several. */
  readonly memberOf: readonly (readonly AggregateId[])[]
  readonly forbiddenAggregates: readonly AggregateId[]
  readonly inTree: ProviderId | null
}
