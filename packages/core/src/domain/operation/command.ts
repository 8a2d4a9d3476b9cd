import type { HostName, NodeName, OperationId, ServerId } from '../ids.ts'
import type { Json } from '../json.ts'

/** What a parked step asks of a host. Sent after the commit that stores it, and again when no answer comes. */
export interface Command {
  readonly operation: OperationId
  /** The key of the step that waits: a report answers to it. */
  readonly step: string
  readonly attempt: number
  readonly host: HostName
  /** Null: every node of the host, or none in particular. */
  readonly node: NodeName | null
  /** Null: it is about the host, and nothing fences it. */
  readonly server: ServerId | null
  /** Fencing token: the agent refuses one lower than it has seen for this server. 0 where there is no server. */
  readonly epoch: number
  /**
   * Grows with each action that begins on the server: at the same epoch the agent refuses what is lower than it has
   * seen. An order that was overtaken and comes once more would undo what came after it. 0 for what makes the guest.
   */
  readonly sequence: number
  /** What to do; the agent has a table of these. */
  readonly order: string
  readonly payload: Json
}

/** A command about one guest. */
export interface GuestCommand extends Command {
  readonly server: ServerId
}

export function isGuestCommand(command: Command): command is GuestCommand {
  return command.server !== null
}

/** A step and its undo wait under different keys. */
export const runKey = (step: string): string => step
export const undoKey = (step: string): string => `${step}/undo`
