import type { Command } from '../domain/operation/command.ts'
import { id, type HostName, type NodeName, type OperationId, type ServerId } from '../domain/ids.ts'
import type { Json } from '../domain/json.ts'

/** What is asked of which guest's host. */
export interface Ask {
  readonly operation: OperationId
  readonly host: HostName
  /** As the server's row has it. */
  readonly node: string | null
  readonly server: ServerId
  readonly epoch: number
  /** 0 for what makes the guest, and for what ends it. */
  readonly sequence?: number
  readonly order: string
  /** As the order's schema in `rpc/orders` has it. */
  readonly payload: object
}

/** A step's command. Step and attempt are filled in when it is stored. */
export function commandTo({ sequence = 0, node, payload, ...rest }: Ask): Command {
  return {
    ...rest,
    node: node === null ? null : id<NodeName>(node),
    sequence,
    payload: payload as Json,
    step: '',
    attempt: 0,
  }
}
