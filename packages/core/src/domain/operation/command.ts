import type { HostName, NodeName, OperationId, ServerId } from '../ids.ts'
import type { Json } from '../json.ts'

/** What a parked step asks of a host. Sent after the commit that stores it, and again when no answer comes. */
export interface Command {
  readonly operation: OperationId
  /** The key of the step that waits: a report answers to it. */
  readonly step: string
  readonly attempt: number
  readonly host: HostName
  readonly node: NodeName
  readonly server: ServerId
  /** Fencing token: the agent refuses one lower than it has seen for this server. */
  readonly epoch: number
  /** What to do; the agent has a table of these. */
  readonly order: string
  readonly payload: Json
}

/** A step and its undo wait under different keys. */
export const runKey = (step: string): string => step
export const undoKey = (step: string): string => `${step}/undo`
