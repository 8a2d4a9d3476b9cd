import type { Instant } from '../domain/unit/units.ts'

/** Where messages go: `host/<name>`, `cell/<id>/conductor`, `conductor`. */
export type Address = string

/**
 * A message on its way. Everything in it survives JSON. At least once: it may come twice, late, or out of order, and
 * it is never the only copy of anything.
 */
export interface Envelope {
  readonly id: string
  /** Contract and method, `agent.spawn`. */
  readonly method: string
  /** Version of the method's payload. */
  readonly version: number
  readonly payload: unknown
  /** After this nobody waits for the answer any more; a receiver may drop it unread. */
  readonly deadline: Instant
  readonly traceId: string
  /** Who sent it, where the receiving transport can vouch for that; a sender's own word is dropped. */
  readonly sender?: string
}

/**
 * The answer is sent after the receiver's work is committed: an answered message was taken, an unanswered one may have
 * been.
 */
export interface Transport {
  readonly name: string
  /**
   * Handles what arrives at an address. Several listeners of one address share its messages.
   * @throws `transport.*`
   */
  listen(address: Address, handle: (envelope: Envelope) => Promise<unknown>): Promise<Listening>
  /**
   * Sends, and waits for the answer until the envelope's deadline.
   * @throws `transport.unreachable`, `transport.timeout`, or the problem that the receiver threw.
   */
  request(address: Address, envelope: Envelope): Promise<unknown>
  close(): Promise<void>
}

export interface Listening {
  close(): Promise<void>
}
