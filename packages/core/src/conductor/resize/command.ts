import type { Command } from '../../domain/operation/command.ts'
import type { HostName, NodeName, OperationId, ServerId } from '../../domain/ids.ts'
import { commandTo } from '../command-to.ts'

/** What is asked of one of the two hosts. */
export interface Ask {
  readonly operation: OperationId
  readonly server: ServerId
  readonly sequence: number
  readonly side: { readonly host: HostName; readonly node: NodeName }
  /** The guest's, on that side. */
  readonly epoch: number
  readonly order: `resize-${string}`
  readonly payload: object
}

export const askOf = ({ side, ...rest }: Ask): Command => commandTo({ ...rest, ...side })
