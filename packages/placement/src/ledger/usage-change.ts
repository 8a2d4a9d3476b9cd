import type { ProviderId } from '@novakit/core'

/** What a claim or a release has made of one provider: as its rows say it, once the transaction is committed. */
export interface UsageChange {
  readonly provider: ProviderId
  /** Its place in the change feed. */
  readonly version: number
  readonly generation: number
  /** Milliseconds since 1970. */
  readonly changedAt: number
  /** Of the classes that it changed. */
  readonly used: ReadonlyMap<string, number>
}

/** Is told in the transaction that writes, for whom it may still be undone. */
export type TellUsage = (change: UsageChange) => void
