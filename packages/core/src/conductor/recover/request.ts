import type { HostName } from '../../domain/ids.ts'
import type { Instant } from '../../domain/unit/units.ts'
import type { Step } from '../../saga/index.ts'

export const RECOVER = 'host.recover'

/** The request of an operation that makes anew elsewhere what a dead host has run. */
export interface RecoverRequest {
  readonly host: HostName
  /** When it was heard of last: one that was heard of since is not the same dead host. */
  readonly lastSeen: Instant
}

export type RecoverStep = Step<'cell', RecoverRequest>

/** What the step `fence` puts out: null where the host was heard of again, and is left alone. */
export type Fenced = { readonly proof: string } | null
