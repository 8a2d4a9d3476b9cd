/** A datacentre and what was asked of it, in order. */
export interface TraceSet {
  readonly name: string
  /** `twin`: generated, as the files are not there. */
  readonly origin: 'files' | 'twin'
  readonly hosts: readonly TraceHost[]
  readonly requests: readonly TraceRequest[]
}

export interface TraceHost {
  readonly name: string
  readonly rack: string
  /** What is free: nothing is overcommitted. */
  readonly vcpus: number
  readonly memoryGiB: number
}

/** All in one rack; all on different hosts; each domain in racks that no other domain of the group stands in. */
export type TraceRule = 'affinity' | 'anti-affinity' | 'fault-domain'

export interface TraceRequest {
  /** Unique in the set. */
  readonly name: string
  readonly vcpus: number
  readonly memoryGiB: number
  readonly group: TraceGroup | null
}

export interface TraceGroup {
  /** Unique in the set. */
  readonly key: string
  readonly rule: TraceRule
  /** Of `fault-domain`; otherwise empty. */
  readonly domain: string
}

/** The first requests of a set, on some of its hosts. */
export function cut(
  set: TraceSet,
  { hosts, requests }: { readonly hosts?: number; readonly requests?: number },
): TraceSet {
  return { ...set, hosts: set.hosts.slice(0, hosts), requests: set.requests.slice(0, requests) }
}
