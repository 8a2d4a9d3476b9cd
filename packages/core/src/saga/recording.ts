import type { Commit, Parked, StoreKind } from './step.ts'
import type { Instant, Millis } from '../domain/unit/units.ts'
import type { NewEntry } from './journal.ts'
import type { Next, Turn } from './turn.ts'
import type { Operation, Report } from '../domain/operation/operation.ts'
import type { OperationChange } from './operations.ts'
import type { Problem } from '../domain/error.ts'
import type { Tx } from '../ports/storage.ts'
import { backoff } from './backoff.ts'
import { changeHeld, loadOperation } from './operations.ts'
import { later, millis } from '../domain/unit/units.ts'
import { operationErrors } from '../domain/operation/errors.ts'
import { problemOf } from '../domain/error.ts'
import { publish } from './outbox.ts'
import { reportFor } from './reports.ts'
import { runKey } from '../domain/operation/command.ts'
import { withEntries } from './journal.ts'

/** After so many tries of something that must not be given up, an operator is told. */
const REPAIR_TRIES = 8

/** What a new step starts with. */
export const fresh: OperationChange = {
  attempt: 1,
  tries: 0,
  waiting_step: null,
  waiting_host: null,
  waiting_epoch: null,
  waiting_command: null,
}

export interface Writing<Kind extends StoreKind> {
  /** @param now by the store's clock */
  change(now: Instant, tx: Tx<Kind>): OperationChange | Promise<OperationChange>
  readonly entries?: readonly NewEntry[]
  readonly commit?: Commit<Kind> | undefined
  /** The last record of the operation. */
  readonly ends?: 'done' | 'failed' | undefined
}

/**
 * Records an answer together with what the step writes, and with what was put off before it: the one way in which a
 * worker writes. @returns the operation as it is then
 */
async function put<Kind extends StoreKind>(turn: Turn<Kind>, key: string, writing: Writing<Kind>): Promise<Operation> {
  const { deps, held, proven, putOff } = turn
  const { commit, ends, entries = [] } = writing
  const after = await deps.store.write(async (tx) => {
    const now = await tx.now()
    const journal = withEntries(held.journal, entries, now)
    const change = changeOf(turn, await writing.change(now, tx), ends, now)
    // What is put off is in the journal already, and not stored yet.
    const isNew = journal !== held.journal || putOff !== null
    await changeHeld(tx, held, isNew ? { ...change, journal: JSON.stringify(journal) } : change)
    await putOff?.answer.commit?.(tx)
    await commit?.(tx)
    const next = { ...changed(held, change), journal }
    if (ends !== undefined) await lastWords(tx, turn, next)
    return next
  })
  proven.at = deps.clock.now()
  if (putOff !== null) await deps.failPoint?.('after_commit', putOff.before, runKey(putOff.step.name))
  await deps.failPoint?.('after_commit', held, key)
  if (ends !== undefined && ends !== key) await deps.failPoint?.('after_commit', held, ends)
  return after
}

function changeOf<Kind extends StoreKind>(
  { putOff }: Turn<Kind>,
  change: OperationChange,
  ends: Writing<Kind>['ends'],
  now: Instant,
): OperationChange {
  const last = ends === undefined ? {} : { state: ends, live: 0, lease_until: null, needs_repair: 0, ended_at: now }
  return { ...putOff?.change, ...change, ...last }
}

/** The operation as a change of its row leaves it, but for its journal. */
export function changed(held: Operation, change: OperationChange): Operation {
  const { state = held.state, cursor = held.cursor, attempt = held.attempt, tries = held.tries } = change
  const problem = typeof change.problem === 'string' ? (JSON.parse(change.problem) as Problem) : held.problem
  return { ...held, state, cursor, attempt, tries, problem }
}

async function lastWords<Kind extends StoreKind>(
  tx: Tx<Kind>,
  { deps, saga }: Turn<Kind>,
  over: Operation,
): Promise<void> {
  await saga.ended?.(tx, over, over.request)
  tx.afterCommit(() => deps.ended(over))
}

/** Records an answer, and goes on with the operation unless that was its last. */
export async function write<Kind extends StoreKind>(
  turn: Turn<Kind>,
  key: string,
  writing: Writing<Kind>,
): Promise<Next<Kind>> {
  const held = await put(turn, key, writing)
  return writing.ends === undefined ? { held, putOff: null } : 'ended'
}

/**
 * Lets go of the operation until a report, a wake-up or the time comes; the command leaves after the commit. Where the
 * answer to its last command came while the step ran again, that is looked at instead: a new attempt would pass it by, and
 * so for ever where each answer comes during the next attempt.
 */
export async function park<Kind extends StoreKind>(
  turn: Turn<Kind>,
  key: string,
  state: 'parked' | 'undoing',
  answer: Parked<Kind>,
): Promise<'waiting'> {
  const { deps, held } = turn
  const attempt = held.attempt + 1
  const command = answer.command === undefined ? null : { ...answer.command, step: key, attempt }
  const waiting = {
    state,
    attempt,
    due_at: answer.until,
    lease_until: null,
    waiting_step: command === null ? null : key,
    waiting_host: command?.host ?? null,
    waiting_epoch: command?.epoch ?? null,
    waiting_command: command === null ? null : JSON.stringify(command),
  }
  let answered = false
  await put(turn, key, {
    change: async (now, tx) => {
      answered = command !== null && (await isAnswered(tx, held, key))
      return answered ? { state, due_at: now, lease_until: null } : waiting
    },
    commit: async (tx) => {
      await answer.commit?.(tx)
      if (command !== null && !answered) tx.afterCommit(() => deps.send(command))
    },
  })
  return 'waiting'
}

/** Whether the command that an earlier run of the step has sent was answered since this run began. */
async function isAnswered<Kind extends StoreKind>(tx: Tx<Kind>, held: Operation, key: string): Promise<boolean> {
  if (held.attempt === 1 || reportFor(held, key) !== null) return false
  const stored = await loadOperation(tx, held.id)
  return stored !== null && reportFor(stored, key) !== null
}

/** Parked until now: what it wrote is recorded, and it runs again at once. */
export function repeat<Kind extends StoreKind>(
  turn: Turn<Kind>,
  key: string,
  { commit }: Parked<Kind>,
): Promise<Next<Kind>> {
  const attempt = turn.held.attempt + 1
  return write(turn, key, { change: () => ({ state: 'running', attempt, tries: 0 }), commit })
}

export interface Again {
  /** Not before that long. Default: as the backoff has it. */
  readonly after?: Millis
  readonly mustGoOn?: boolean
  readonly problem?: Problem
  /** The host's answer that led to this. */
  readonly report: Report | null
}

/**
 * Tries the same step again after a while; what must not be given up becomes an operator's business in the end. A
 * host's refusal is spent by that: the step's next command asks anew.
 */
export async function again<Kind extends StoreKind>(
  turn: Turn<Kind>,
  key: string,
  { after = millis(0), mustGoOn = false, problem, report }: Again,
): Promise<'waiting'> {
  const { deps, held } = turn
  const tries = held.tries + 1
  const pause = millis(Math.max(after, backoff(deps.backoff, tries, deps.random())))
  const repair = mustGoOn && after === 0 && tries >= REPAIR_TRIES
  await quietly(turn, {
    change: (now) => ({
      tries,
      attempt: report?.outcome.kind === 'failed' ? held.attempt + 1 : held.attempt,
      due_at: later(now, pause),
      lease_until: null,
      ...(repair ? { needs_repair: 1 } : {}),
    }),
    commit: async (tx) => {
      if (repair && !held.needsRepair) await callForRepair(tx, turn, key, problem)
    },
  })
  return 'waiting'
}

/** Tells operators, once, that something goes on failing which must not be given up. It goes on trying. */
async function callForRepair<Kind extends StoreKind>(
  tx: Tx<Kind>,
  { deps, held }: Turn<Kind>,
  key: string,
  problem: Problem | undefined,
): Promise<void> {
  const { id: operation, kind, subject } = held
  const why = problem ?? problemOf(operationErrors.deadline({ what: `The step "${key}"` }))
  deps.log.error('needs repair', { operation, kind, step: key, code: why.code })
  await publish(tx, deps.ids, subject, 'operation.needs_repair', { operation, kind, problem: why })
}

/** Leaves the operation as it is, due, for whoever comes next. */
export async function letGo<Kind extends StoreKind>(turn: Turn<Kind>): Promise<'waiting'> {
  await quietly(turn, { change: () => ({ lease_until: null }) })
  return 'waiting'
}

/** What is no answer of a step has no fail point. */
async function quietly<Kind extends StoreKind>(turn: Turn<Kind>, writing: Writing<Kind>): Promise<void> {
  const { failPoint: _, ...deps } = turn.deps
  await put({ ...turn, deps }, '', writing)
}

/** The last record of an operation that has no step left. */
export function end<Kind extends StoreKind>(turn: Turn<Kind>, ends: 'done' | 'failed'): Promise<Next<Kind>> {
  return write(turn, ends, { change: () => ({}), ends })
}
