import type { OperationState } from '../domain/operation/operation.ts'

/** The spine's tables, the same in the global store and in every cell. JSON columns are text. */
export interface SpineTables {
  operation: OperationRow
  crossing: CrossingRow
  outbox: OutboxRow
  turn: TurnRow
}

export interface OperationRow {
  id: string
  kind: string
  subject: string
  parent: string | null
  /** Of its parent: `global`, or a cell. */
  parent_store: string | null
  request: string
  state: OperationState
  /** What its steps came to: written by whoever holds the operation, in the statement that moves it on. */
  journal: string
  /** A host's answer to the command that was waited for. */
  report: string | null
  /** 1 until the operation has ended: what the reconciler's index is over. */
  live: number
  cursor: number
  attempt: number
  /** How often the step under way was tried without success. */
  tries: number
  /** Set while a command to a host has no answer yet. */
  waiting_step: string | null
  waiting_host: string | null
  waiting_epoch: number | null
  waiting_command: string | null
  problem: string | null
  needs_repair: number
  deadline: number | null
  due_at: number
  /** Counts wake-ups, so that none is lost on somebody who is just about to wait. */
  wakes: number
  lease_owner: string | null
  lease_epoch: number
  lease_until: number | null
  created_at: number
  ended_at: number | null
  trace_id: string
}

/** Says that a step of an operation of another store wrote here, or may not write here any more. */
export interface CrossingRow {
  operation: string
  step: string
  phase: 'run' | 'undo'
  output: string
  at: number
}

export interface OutboxRow {
  seq: number
  id: string
  subject: string
  name: string
  payload: string
  at: number
}

/** What one process does at a time for all: by name, whose turn it is and until when, by the store's clock. */
export interface TurnRow {
  name: string
  owner: string
  until: number
}
