import type { Commit, Parked, StoreKind } from './step.ts'
import type { Instant, Millis } from '../domain/unit/units.ts'
import type { NewEntry } from './journal.ts'
import type { Operation, Report } from '../domain/operation/operation.ts'
import type { OperationChange } from './operations.ts'
import type { Problem } from '../domain/error.ts'
import type { Turn } from './turn.ts'
import type { Tx } from '../ports/storage.ts'
import { backoff } from './backoff.ts'
import { changeHeld } from './operations.ts'
import { later, millis } from '../domain/unit/units.ts'
import { operationErrors } from '../domain/operation/errors.ts'
import { problemOf } from '../domain/error.ts'
import { publish } from './outbox.ts'
import { record } from './journal.ts'

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
  readonly change: OperationChange
  readonly entries: readonly NewEntry[]
  readonly commit?: Commit<Kind>
}

/** Records an answer together with what the step writes, and goes on with the operation. */
export async function write<Kind extends StoreKind>(
  turn: Turn<Kind>,
  key: string,
  { change, entries, commit }: Writing<Kind>,
): Promise<Operation> {
  const { deps, held } = turn
  await deps.store.write(async (tx) => {
    await changeHeld(tx, held, change)
    await commit?.(tx)
    if (entries.length > 0) await record(tx, held.id, entries)
  })
  for (const { step, phase, output } of entries) {
    if (phase === 'done') turn.outputs.set(step, output ?? null)
  }
  turn.proven.at = deps.clock.now()
  await deps.failPoint?.('after_commit', held, key)
  const { state = held.state, cursor = held.cursor, attempt = held.attempt, tries = held.tries, problem } = change
  const told = typeof problem === 'string' ? (JSON.parse(problem) as Problem) : held.problem
  return { ...held, state, cursor, attempt, tries, problem: told }
}

/** Lets go of the operation until a report, a wake-up or the time comes; the command leaves after the commit. */
export async function park<Kind extends StoreKind>(
  turn: Turn<Kind>,
  key: string,
  state: 'parked' | 'undoing',
  answer: Parked<Kind>,
): Promise<'waiting'> {
  const { deps, held } = turn
  const attempt = held.attempt + 1
  const command = answer.command === undefined ? null : { ...answer.command, step: key, attempt }
  await deps.store.write(async (tx) => {
    await changeHeld(tx, held, {
      state,
      attempt,
      due_at: answer.until,
      lease_until: null,
      waiting_step: command === null ? null : key,
      waiting_host: command?.host ?? null,
      waiting_epoch: command?.epoch ?? null,
      waiting_command: command === null ? null : JSON.stringify(command),
    })
    await answer.commit?.(tx)
    if (command !== null) tx.afterCommit(() => deps.send(command))
  })
  await deps.failPoint?.('after_commit', held, key)
  return 'waiting'
}

/** Parked until now: what it wrote is recorded, and it runs again at once. */
export function repeat<Kind extends StoreKind>(
  turn: Turn<Kind>,
  key: string,
  { commit }: Parked<Kind>,
): Promise<Operation> {
  const change: OperationChange = { state: 'running', attempt: turn.held.attempt + 1, tries: 0 }
  return write(turn, key, { change, entries: [], ...(commit === undefined ? {} : { commit }) })
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
  await deps.store.write(async (tx) => {
    const dueAt: Instant = later(await tx.now(), pause)
    await changeHeld(tx, held, {
      tries,
      attempt: report?.outcome.kind === 'failed' ? held.attempt + 1 : held.attempt,
      due_at: dueAt,
      lease_until: null,
      ...(repair ? { needs_repair: 1 } : {}),
    })
    if (repair && !held.needsRepair) await callForRepair(tx, turn, key, problem)
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
export async function letGo<Kind extends StoreKind>({ deps, held }: Turn<Kind>): Promise<'waiting'> {
  await deps.store.write((tx) => changeHeld(tx, held, { lease_until: null }))
  return 'waiting'
}

/** The last record of an operation. */
export async function end<Kind extends StoreKind>(turn: Turn<Kind>, state: 'done' | 'failed'): Promise<'ended'> {
  const { deps, held, saga } = turn
  const over: Operation = { ...held, state }
  await deps.store.write(async (tx) => {
    await changeHeld(tx, held, { state, live: 0, lease_until: null, needs_repair: 0, ended_at: await tx.now() })
    await saga.ended?.(tx, over, held.request)
    tx.afterCommit(() => deps.ended(over))
  })
  await deps.failPoint?.('after_commit', held, state)
  return 'ended'
}
