import type { Command } from '../../domain/operation/command.ts'
import type { HostName, NodeName, OperationId, ServerId } from '../../domain/ids.ts'
import type { Operation } from '../../domain/operation/operation.ts'
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

/** Whether the host may have heard of a step: it was tried a second time only if a command was on its way. */
export function wasOrdered({ journal }: Operation, name: string): boolean {
  return journal.some(({ step, attempt, phase }) => {
    return step === name && (phase === 'done' || phase === 'failed') && attempt > 1
  })
}

export const askOf = ({ side, ...rest }: Ask): Command => commandTo({ ...rest, ...side })
