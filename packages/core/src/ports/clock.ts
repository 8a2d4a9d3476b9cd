import type { Instant, Millis } from '../domain/unit/units.ts'

/** The only time there is. Virtual in simulations; leases use the store's clock instead. */
export interface Clock {
  now(): Instant
  /** Resolves after `span`, or at once when `signal` aborts. Never rejects. */
  sleep(span: Millis, signal?: AbortSignal): Promise<void>
  /** Calls `task` once after `span` unless cancelled. */
  after(span: Millis, task: () => void): () => void
}
