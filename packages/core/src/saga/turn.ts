import type { Clock } from '../ports/clock.ts'
import type { Command } from '../domain/operation/command.ts'
import type { Ids } from '../ports/ids.ts'
import type { Instant, Millis } from '../domain/unit/units.ts'
import type { Json } from '../domain/json.ts'
import type { Log } from '../ports/log.ts'
import type { Operation } from '../domain/operation/operation.ts'
import type { OperationChange } from './operations.ts'
import type { Done, Saga, Step, StepContext, StoreKind } from './step.ts'
import type { Store } from '../ports/storage.ts'
import type { Backoff } from './backoff.ts'
import { elapsed } from '../domain/unit/units.ts'
import { loadOperation } from './operations.ts'
import { operationErrors } from '../domain/operation/errors.ts'
import { outputOf } from './journal.ts'
import { reportFor } from './reports.ts'

/** Where a test may reach into a worker: before a step, after its effect, after its record. */
export type FailPoint = 'before' | 'after_effect' | 'after_commit'

/**
 * Called at every fail point; `stepKey` is the step's name, with `/undo` behind it on the way back, or the state in
 * which an operation ends. One that never returns stops the worker there, as a crash would; what it throws before a
 * step or after its effect is the step's own error.
 */
export type FailPointHook = (point: FailPoint, operation: Operation, stepKey: string) => Promise<void>

/** What a worker stands on. */
export interface AdvanceDeps<Kind extends StoreKind> {
  readonly store: Store<Kind>
  readonly clock: Clock
  readonly log: Log
  readonly ids: Ids
  /** How long a lease lasts. */
  readonly leaseFor: Millis
  /** A step that has not answered after that long is left alone and tried again. */
  readonly stepWithin: Millis
  readonly backoff: Backoff
  readonly random: () => number
  /** Sends a command that is stored already. Must not throw; a lost one is sent again after its deadline. */
  send(command: Command): void
  /** The operation has ended: its parent may want to know. */
  ended(operation: Operation): void
  /** Aborted when the worker has been asked to stop: then it lets go after the record at hand. */
  readonly stopping: AbortSignal
  readonly failPoint?: FailPointHook
}

/** One step of one held operation, being run or undone. */
export interface Turn<Kind extends StoreKind> {
  readonly deps: AdvanceDeps<Kind>
  readonly saga: Saga<Kind, Json>
  /** As it stands, what was put off included. */
  readonly held: Operation
  /** When the store last said that the lease is ours, by this machine's clock. */
  readonly proven: { at: Instant }
  readonly putOff: PutOff<Kind> | null
  /** Lasts as long as the worker holds the operation. */
  readonly memo: Map<string, unknown>
}

/**
 * A step that is done and not recorded yet: the one after it has no effect before its own record, so that one
 * transaction holds both. A crash before it repeats both.
 */
export interface PutOff<Kind extends StoreKind> {
  readonly step: Step<Kind, Json>
  readonly answer: Done<Kind>
  readonly context: TurnContext
  /** The operation as it is stored. */
  readonly before: Operation
  readonly change: OperationChange
}

/** How the operation goes on, or that the worker has let it go. */
export type Next<Kind extends StoreKind> = Pick<Turn<Kind>, 'held' | 'putOff'> | 'ended' | 'waiting'

/** What a step is told, but for its signal. */
export type TurnContext = Omit<StepContext<Json>, 'signal'>

/** @param key under which the step's command and its report stand */
export async function contextFor<Kind extends StoreKind>(turn: Turn<Kind>, key: string): Promise<TurnContext> {
  const { deps, held } = turn
  return {
    operation: held,
    request: held.request,
    attempt: held.attempt,
    report: reportFor(held, key),
    now: await deps.store.read((tx) => tx.now()),
    memo: turn.memo,
    log: deps.log.with({ operation: held.id, kind: held.kind, subject: held.subject, trace: held.traceId }),
    output: <T>(step: string) => {
      const known = outputOf(held, step)
      if (known === undefined) throw new Error(`step ${step} of ${held.kind} has no output yet`)
      return known.output as T
    },
  }
}

/**
 * A worker that stood still may have lost its operation without noticing. What it writes is refused then; what it does
 * to services that know no leases is not, so it looks before it goes on.
 * @throws `operation.lease_lost`
 */
export async function makeSure<Kind extends StoreKind>({ deps, held, proven }: Turn<Kind>): Promise<void> {
  if (elapsed(proven.at, deps.clock.now()) < deps.leaseFor / 3) return
  const stored = await deps.store.read((tx) => loadOperation(tx, held.id))
  if (stored?.lease?.epoch !== held.lease?.epoch) throw operationErrors.lease_lost({ operation: held.id })
  proven.at = deps.clock.now()
}

/**
 * Waits for a step, but not for ever: one that hangs would hold its operation, and its place among the worker's, for as
 * long as the process lives. It is told by its signal; what it still does later meets its own repeat.
 * @throws `operation.deadline`
 */
export async function inTime<Kind extends StoreKind, T>(
  { deps }: Turn<Kind>,
  name: string,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const enough = new AbortController()
  const give = (): void => enough.abort()
  deps.stopping.addEventListener('abort', give)
  const { promise: hung, reject } = Promise.withResolvers<never>()
  const cancel = deps.clock.after(deps.stepWithin, () => {
    give()
    reject(operationErrors.deadline({ what: `The step "${name}"` }))
  })
  try {
    return await Promise.race([run(enough.signal), hung])
  } finally {
    cancel()
    deps.stopping.removeEventListener('abort', give)
  }
}

/** Past the point of no return, or at it. */
export function onlyForward<Kind extends StoreKind>(
  saga: Saga<Kind, Json>,
  step: Step<Kind, Json>,
  held: Operation,
): boolean {
  if (step.pivot === true) return true
  const pivot = saga.steps.findIndex((one) => one.pivot === true)
  return pivot !== -1 && held.cursor > pivot
}
