import type { Claim, OperationId } from '@novakit/core'
import type { TellUsage } from './usage-change.ts'

/** A claim as the ledger takes it: the port's, or one that an API client made without an operation behind it. */
export interface ClaimRequest extends Omit<Claim, 'consumerType' | 'operation'> {
  /** Null: unknown. Undefined: as it is, and unknown for a new consumer. */
  readonly consumerType: string | null | undefined
  /** Null: nobody can tell a repeat from a second claim, so it is one. */
  readonly operation: OperationId | null
}

export interface ClaimRules {
  /**
   * Whether an amount that the consumer holds already must keep to the units of today's inventory. A server's allocation
   * can be handed to its migration whatever became of the inventory; a client of the API is held to it.
   */
  readonly judgeHeld: boolean
  /** Is told of what is known without another statement: usual claims, in a database of one writer. */
  readonly tell?: TellUsage
}
