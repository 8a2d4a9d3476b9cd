import type { CellId, HostName, NodeName, ProviderId } from '../ids.ts'
import type { Instant } from '../unit/units.ts'

/** A compute host as operators see it (Nova: compute service and its nodes). */
export interface Host {
  readonly name: HostName
  readonly cell: CellId
  readonly nodes: readonly NodeInfo[]
  readonly enabled: boolean
  readonly disabledReason: string | null
  readonly forcedDown: boolean
  /** Its agent was heard of within the service-down time, and nobody forced it down. */
  readonly up: boolean
  readonly lastSeenAt: Instant | null
  /** Mapped to its cell: until then nothing is placed on it. */
  readonly mapped: boolean
}

export interface NodeInfo {
  readonly name: NodeName
  readonly provider: ProviderId
  readonly hypervisorType: string
  readonly hypervisorVersion: number
}
