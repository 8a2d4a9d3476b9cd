import type { HostState, RequestSpec, Resources } from '@novakit/core'
import type { WorkloadConfig } from './config.ts'

/** What is asked of single devices. */
export interface DeviceRequest {
  readonly class: string
  readonly count: number
  readonly units: number
  /** Any of these; none: any device. */
  readonly traits: readonly string[]
}

/** Requests that ask for the same. */
export interface Shape {
  readonly kind: string
  /** Of a host's root. */
  readonly resources: Resources
  readonly devices: readonly DeviceRequest[]
  /** Root and devices together. */
  readonly total: Resources
  /** For the scheduler; each job puts its own server in. */
  readonly request: RequestSpec
}

/** One server that arrives, and leaves at some time or never. */
export interface Job {
  readonly name: string
  readonly shape: Shape
  /** Seconds. */
  readonly arrives: number
  readonly departs: number | null
}

/** Hosts and requests as they were read or generated, before a seed orders them. */
export interface Workload {
  readonly config: WorkloadConfig
  readonly hosts: readonly HostState[]
  readonly jobs: readonly Job[]
  /** Where the rows come from: files, or that they were generated. */
  readonly origin: string
}
