import type { Command } from '../domain/operation/command.ts'
import type { Help, Problem } from '../domain/error.ts'
import type { Json } from '../domain/json.ts'
import type { Log } from '../ports/log.ts'
import type { Operation, Report } from '../domain/operation/operation.ts'
import type { Instant, Millis } from '../domain/unit/units.ts'
import type { Tx } from '../ports/storage.ts'

export type StoreKind = 'global' | 'cell'

/** What a step knows. Everything else it needs came with the saga's dependencies. */
export interface StepContext<Request> {
  readonly operation: Operation
  readonly request: Request
  /** Grows when the step is tried again: 1, 2, … */
  readonly attempt: number
  /** The host's answer to this step's latest command; null when it is not there (yet). */
  readonly report: Report | null
  /** What an earlier step put out. @throws where that step is not done */
  output<T>(step: string): T
  /** The store's clock when the step began. */
  readonly now: Instant
  readonly log: Log
  /**
   * What an earlier step has left in this worker's hands while it held the operation: may be empty, and is only ever a
   * way to ask less.
   */
  readonly memo: Map<string, unknown>
  /** Aborted when nobody waits for the step any longer: it took too long, or the worker stops. */
  readonly signal: AbortSignal
}

/** The step's own writes, made in the transaction that records the answer, under the operation's lease. */
export type Commit<Kind extends StoreKind> = (tx: Tx<Kind>) => Promise<void>

export interface Done<Kind extends StoreKind> {
  readonly kind: 'done'
  readonly output: Json
  readonly commit?: Commit<Kind>
}

/** Waits for a host's report, for children, or for the time: whichever comes first runs the step again. */
export interface Parked<Kind extends StoreKind> {
  readonly kind: 'parked'
  readonly until: Instant
  readonly command?: Command
  readonly commit?: Commit<Kind>
}

/** Not now. Runs again after that long. */
export interface Retry {
  readonly kind: 'retry'
  readonly after: Millis
}

/** Cannot be done. What was done before is undone, unless the saga is past its pivot. */
export interface Failed {
  readonly kind: 'failed'
  readonly problem: Problem
  readonly help: Help
}

export type RunAnswer<Kind extends StoreKind> = Done<Kind> | Parked<Kind> | Retry | Failed
/** Undo has no `failed`: it is tried for ever, and after a while an operator is told. */
export type UndoAnswer<Kind extends StoreKind> = Done<Kind> | Parked<Kind> | Retry

/** One line of a saga's table. Both `run` and `undo` may be called again after they had their effect. */
export interface Step<Kind extends StoreKind, Request> {
  readonly name: string
  run(context: StepContext<Request>): Promise<RunAnswer<Kind>>
  /** May be called when `run` never was, or did nothing. */
  readonly undo: ((context: StepContext<Request>) => Promise<UndoAnswer<Kind>>) | `nothing to undo: ${string}`
  /**
   * Its `run` has no effect before its answer is recorded, and its first attempt reads nothing that the step before it
   * writes. So the two are recorded together.
   */
  readonly quiet?: true
  /** Once this step is begun there is no way back: failures are tried again instead. */
  readonly pivot?: true
}

/** A table of steps over one store. */
export interface Saga<Kind extends StoreKind = StoreKind, Request = never> {
  readonly kind: string
  readonly store: Kind
  readonly steps: readonly Step<Kind, Request>[]
  /** Written in the transaction that ends the operation, whichever way. */
  ended?(tx: Tx<Kind>, operation: Operation, request: Request): Promise<void>
}

export const done = <Kind extends StoreKind>(output: Json = null, commit?: Commit<Kind>): Done<Kind> =>
  commit === undefined ? { kind: 'done', output } : { kind: 'done', output, commit }

export const retry = (after: Millis): Retry => ({ kind: 'retry', after })

export const failed = (problem: Problem): Failed => ({ kind: 'failed', problem, help: problem.help })
