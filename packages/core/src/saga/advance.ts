import type { Commit, Parked, Saga, Step, StepContext, StoreKind, UndoAnswer, RunAnswer } from './step.ts'
import type { Clock } from '../ports/clock.ts'
import type { Command } from '../domain/operation/command.ts'
import type { Ids } from '../ports/ids.ts'
import type { Json } from '../domain/json.ts'
import type { Log } from '../ports/log.ts'
import type { Instant, Millis } from '../domain/unit/units.ts'
import type { NewEntry } from './journal.ts'
import type { Operation, Report } from '../domain/operation/operation.ts'
import type { OperationChange } from './operations.ts'
import type { Problem } from '../domain/error.ts'
import type { Store, Tx } from '../ports/storage.ts'
import { backoff, type Backoff } from './backoff.ts'
import { elapsed } from '../domain/unit/units.ts'
import { changeHeld, loadOperation } from './operations.ts'
import { failed as failedWith } from './step.ts'
import { hasCode, isNovakitError, problemOf } from '../domain/error.ts'
import { operationErrors } from '../domain/operation/errors.ts'
import { outputsOf, record } from './journal.ts'
import { publish } from './outbox.ts'
import { reportFor } from './reports.ts'
import { runKey, undoKey } from '../domain/operation/command.ts'

/** Where a test may reach into a worker: before a step, after its effect, after its record. */
export type FailPoint = 'before' | 'after_effect' | 'after_commit'

/**
 * Called at every fail point; `stepKey` is the step's name, with `/undo` behind it on the way back, or the state in
 * which an operation ends. One that never returns stops the worker there, as a crash would; what it throws before a
 * step or after its effect is the step's own error.
 */
export type FailPointHook = (point: FailPoint, operation: Operation, stepKey: string) => Promise<void>

export interface AdvanceDeps<Kind extends StoreKind> {
  readonly store: Store<Kind>
  readonly clock: Clock
  readonly log: Log
  readonly ids: Ids
  /** How long a lease lasts. */
  readonly leaseFor: Millis
  readonly backoff: Backoff
  readonly random: () => number
  /** Sends a command that is stored already. Must not throw; a lost one is sent again after its deadline. */
  send(command: Command): void
  /** The operation has ended: its parent may want to know. */
  ended(operation: Operation): void
  /** Whether the worker has been asked to stop: then it lets go after the record at hand. */
  stopped(): boolean
  readonly failPoint?: FailPointHook
}

/** How it stands with an operation after a worker has let it go. */
export type Standing = 'ended' | 'waiting' | 'lost'

interface Turn<Kind extends StoreKind> {
  readonly deps: AdvanceDeps<Kind>
  readonly saga: Saga<Kind, Json>
  readonly held: Operation
  /** What finished steps put out, as the journal has it: read once, then kept up with. */
  readonly outputs: Map<string, Json>
  /** When the store last said that the lease is ours, by this machine's clock. */
  readonly proven: { at: Instant }
}

/**
 * Works on a held operation until it ends, waits, or is lost to another worker. Each answer of a step is recorded in
 * one transaction with what the step writes, under the lease.
 */
export async function advance<Kind extends StoreKind>(
  deps: AdvanceDeps<Kind>,
  saga: Saga<Kind, Json>,
  start: Operation,
): Promise<Standing> {
  let held = start
  const proven = { at: deps.clock.now() }
  let outputs = new Map(start.cursor === 0 ? [] : await deps.store.read((tx) => outputsOf(tx, start.id)))
  for (;;) {
    const turn = { deps, saga, held, outputs, proven }
    try {
      if (deps.stopped()) return await letGo(turn)
      const next = held.state === 'undoing' ? await undoTurn(turn) : await runTurn(turn)
      if (next === 'ended' || next === 'waiting') return next
      held = next
    } catch (error) {
      if (hasCode(error, 'operation.lease_lost')) return 'lost'
      if (!hasCode(error, 'storage.unknown_commit')) throw error
      const stored = await deps.store.read((tx) => loadOperation(tx, held.id))
      if (stored?.lease?.epoch !== held.lease?.epoch || stored === null) return 'lost'
      held = stored
      outputs = new Map(await deps.store.read((tx) => outputsOf(tx, start.id)))
    }
  }
}

type Next = Operation | 'ended' | 'waiting'

async function runTurn<Kind extends StoreKind>(turn: Turn<Kind>): Promise<Next> {
  const { saga, held } = turn
  const step = saga.steps[held.cursor]
  if (step === undefined) return end(turn, 'done')
  const context = await contextFor(turn, runKey(step.name))
  const answer = await runStep(turn, step, context)
  try {
    return await takeRun(turn, step, answer, context)
  } catch (error) {
    if (hasCode(error, 'operation.again')) return again(turn, runKey(step.name), { report: context.report })
    const refused = refusedBy(error)
    if (refused === null) throw error
    return takeRun(turn, step, failedWith(refused), context)
  }
}

/** A step that throws has failed; what only the moment prevents is tried again. */
async function runStep<Kind extends StoreKind>(
  turn: Turn<Kind>,
  step: Step<Kind, Json>,
  context: StepContext<Json>,
): Promise<RunAnswer<Kind>> {
  const { deps, saga, held } = turn
  const { deadline } = held
  const late = deadline !== null && deadline < context.now && !onlyForward(saga, step, held)
  if (late) return failedWith(problemOf(operationErrors.deadline({ what: `The step "${step.name}"` })))
  try {
    await deps.failPoint?.('before', held, runKey(step.name))
    await makeSure(turn)
    const answer = await step.run(context)
    await deps.failPoint?.('after_effect', held, runKey(step.name))
    return answer
  } catch (error) {
    if (hasCode(error, 'operation.lease_lost')) throw error
    const problem = problemOf(error)
    context.log.warn('step threw', { step: step.name, code: problem.code, detail: problem.detail })
    const passing = problem.kind === 'unavailable' && (problem.help === 'later' || problem.help === 'same')
    const unforeseen = !isNovakitError(error) && context.operation.tries < UNFORESEEN_TRIES
    return passing || unforeseen ? { kind: 'retry', after: 0 as Millis } : failedWith(problem)
  }
}

/**
 * A worker that stood still may have lost its operation without noticing. What it writes is refused then; what it does
 * to services that know no leases is not, so it looks before it goes on.
 * @throws `operation.lease_lost`
 */
async function makeSure<Kind extends StoreKind>({ deps, held, proven }: Turn<Kind>): Promise<void> {
  if (elapsed(proven.at, deps.clock.now()) < deps.leaseFor / 3) return
  const stored = await deps.store.read((tx) => loadOperation(tx, held.id))
  if (stored?.lease?.epoch !== held.lease?.epoch) throw operationErrors.lease_lost({ operation: held.id })
  proven.at = deps.clock.now()
}

/** A bug may pass by itself, a second time seldom. */
const UNFORESEEN_TRIES = 3
/** After so many tries of something that must not be given up, an operator is told. */
const REPAIR_TRIES = 8

async function takeRun<Kind extends StoreKind>(
  turn: Turn<Kind>,
  step: Step<Kind, Json>,
  answer: RunAnswer<Kind>,
  context: StepContext<Json>,
): Promise<Next> {
  const { held, saga } = turn
  const key = runKey(step.name)
  switch (answer.kind) {
    case 'done': {
      const following = saga.steps[held.cursor + 1]
      const begun: NewEntry[] = following === undefined ? [] : [{ step: following.name, attempt: 1, phase: 'begun' }]
      return write(turn, key, {
        change: { state: 'running', cursor: held.cursor + 1, ...fresh },
        entries: [{ step: step.name, attempt: held.attempt, phase: 'done', output: answer.output }, ...begun],
        ...(answer.commit === undefined ? {} : { commit: answer.commit }),
      })
    }
    case 'parked':
      return waitsForNothing(answer, context) ? repeat(turn, key, answer) : park(turn, key, 'parked', answer)
    case 'retry':
      return again(turn, key, { after: answer.after, mustGoOn: onlyForward(saga, step, held), report: context.report })
    case 'failed':
      if (onlyForward(saga, step, held)) {
        return again(turn, key, { mustGoOn: true, problem: answer.problem, report: context.report })
      }
      context.log.info('step failed', { step: step.name, code: answer.problem.code })
      return write(turn, key, {
        change: { state: 'undoing', problem: JSON.stringify(answer.problem), ...fresh },
        entries: [
          { step: step.name, attempt: held.attempt, phase: 'failed', output: answer.problem as unknown as Json },
          { step: step.name, attempt: held.attempt, phase: 'undoing' },
        ],
      })
  }
}

async function undoTurn<Kind extends StoreKind>(turn: Turn<Kind>): Promise<Next> {
  const { saga, held } = turn
  const step = saga.steps[held.cursor]
  if (step === undefined) return end(turn, 'failed')
  const key = undoKey(step.name)
  const context = await contextFor(turn, key)
  const answer = await undoStep(turn, step, context)
  try {
    return await takeUndo(turn, step, answer, context)
  } catch (error) {
    const refused = refusedBy(error)
    if (refused === null) throw error
    return again(turn, key, { mustGoOn: true, problem: refused, report: context.report })
  }
}

async function undoStep<Kind extends StoreKind>(
  turn: Turn<Kind>,
  step: Step<Kind, Json>,
  context: StepContext<Json>,
): Promise<UndoAnswer<Kind>> {
  if (typeof step.undo === 'string') return { kind: 'done', output: step.undo }
  const { deps, held } = turn
  try {
    await deps.failPoint?.('before', held, undoKey(step.name))
    await makeSure(turn)
    const answer = await step.undo(context)
    await deps.failPoint?.('after_effect', held, undoKey(step.name))
    return answer
  } catch (error) {
    if (hasCode(error, 'operation.lease_lost')) throw error
    const problem = problemOf(error)
    context.log.warn('undo threw', { step: step.name, code: problem.code, detail: problem.detail })
    return { kind: 'retry', after: 0 as Millis }
  }
}

async function takeUndo<Kind extends StoreKind>(
  turn: Turn<Kind>,
  step: Step<Kind, Json>,
  answer: UndoAnswer<Kind>,
  { report }: StepContext<Json>,
): Promise<Next> {
  const { held, saga } = turn
  const key = undoKey(step.name)
  switch (answer.kind) {
    case 'done': {
      const previous = saga.steps[held.cursor - 1]
      const entries: NewEntry[] = [{ step: step.name, attempt: held.attempt, phase: 'undone', output: answer.output }]
      if (previous !== undefined) entries.push({ step: previous.name, attempt: 1, phase: 'undoing' })
      return write(turn, key, {
        change: { cursor: held.cursor - 1, ...fresh },
        entries,
        ...(answer.commit === undefined ? {} : { commit: answer.commit }),
      })
    }
    case 'parked':
      return park(turn, key, 'undoing', answer)
    case 'retry':
      return again(turn, key, { after: answer.after, mustGoOn: true, report })
  }
}

/** What a new step starts with. */
const fresh: OperationChange = { attempt: 1, tries: 0, waiting_step: null, waiting_host: null, waiting_command: null }

interface Writing<Kind extends StoreKind> {
  readonly change: OperationChange
  readonly entries: readonly NewEntry[]
  readonly commit?: Commit<Kind>
}

async function write<Kind extends StoreKind>(
  turn: Turn<Kind>,
  key: string,
  writing: Writing<Kind>,
): Promise<Operation> {
  const { deps, held } = turn
  await deps.store.write(async (tx) => {
    await changeHeld(tx, held, writing.change)
    await writing.commit?.(tx)
    if (writing.entries.length > 0) await record(tx, held.id, writing.entries)
  })
  for (const { step, phase, output } of writing.entries) {
    if (phase === 'done') turn.outputs.set(step, output ?? null)
  }
  turn.proven.at = deps.clock.now()
  await deps.failPoint?.('after_commit', held, key)
  return {
    ...held,
    state: writing.change.state ?? held.state,
    cursor: writing.change.cursor ?? held.cursor,
    attempt: writing.change.attempt ?? held.attempt,
    tries: writing.change.tries ?? held.tries,
    problem: writing.change.problem == null ? held.problem : (JSON.parse(writing.change.problem) as Problem),
  }
}

/** Lets go of the operation until a report, a wake-up or the time comes; the command leaves after the commit. */
async function park<Kind extends StoreKind>(
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
      waiting_command: command === null ? null : JSON.stringify(command),
    })
    await answer.commit?.(tx)
    if (command !== null) tx.afterCommit(() => deps.send(command))
  })
  await deps.failPoint?.('after_commit', held, key)
  return 'waiting'
}

/** Parked until now: what it wrote is recorded, and it runs again at once. */
function waitsForNothing<Kind extends StoreKind>(answer: Parked<Kind>, context: StepContext<Json>): boolean {
  return answer.command === undefined && answer.until <= context.now
}

function repeat<Kind extends StoreKind>(turn: Turn<Kind>, key: string, answer: Parked<Kind>): Promise<Operation> {
  return write(turn, key, {
    change: { state: 'running', attempt: turn.held.attempt + 1, tries: 0 },
    entries: [],
    ...(answer.commit === undefined ? {} : { commit: answer.commit }),
  })
}

interface Again {
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
async function again<Kind extends StoreKind>(
  turn: Turn<Kind>,
  key: string,
  { after = 0 as Millis, mustGoOn = false, problem, report }: Again,
): Promise<'waiting'> {
  const { deps, held } = turn
  const tries = held.tries + 1
  const pause = Math.max(after, backoff(deps.backoff, tries, deps.random()))
  const repair = mustGoOn && after === 0 && tries >= REPAIR_TRIES
  await deps.store.write(async (tx) => {
    await changeHeld(tx, held, {
      tries,
      attempt: report?.outcome.kind === 'failed' ? held.attempt + 1 : held.attempt,
      due_at: (await tx.now()) + pause,
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
async function letGo<Kind extends StoreKind>({ deps, held }: Turn<Kind>): Promise<'waiting'> {
  await deps.store.write((tx) => changeHeld(tx, held, { lease_until: null }))
  return 'waiting'
}

async function end<Kind extends StoreKind>(turn: Turn<Kind>, state: 'done' | 'failed'): Promise<'ended'> {
  const { deps, held, saga } = turn
  const over: Operation = { ...held, state }
  await deps.store.write(async (tx) => {
    await changeHeld(tx, held, { state, live: 0, lease_until: null, needs_repair: 0 })
    await saga.ended?.(tx, over, held.request)
    tx.afterCommit(() => deps.ended(over))
  })
  await deps.failPoint?.('after_commit', held, state)
  return 'ended'
}

async function contextFor<Kind extends StoreKind>(turn: Turn<Kind>, key: string): Promise<StepContext<Json>> {
  const { deps, held, outputs } = turn
  const [report, now] = await deps.store.read(async (tx): Promise<[Report | null, Instant]> => [
    // Only a step that was tried before can have been answered.
    held.attempt === 1 ? null : await reportFor(tx, held, key),
    await tx.now(),
  ])
  return {
    operation: held,
    request: held.request,
    attempt: held.attempt,
    report,
    now,
    log: deps.log.with({ operation: held.id, kind: held.kind, subject: held.subject, trace: held.traceId }),
    output: <T>(step: string) => {
      if (!outputs.has(step)) throw new Error(`step ${step} of ${held.kind} has no output yet`)
      return outputs.get(step) as T
    },
  }
}

function onlyForward<Kind extends StoreKind>(saga: Saga<Kind, Json>, step: Step<Kind, Json>, held: Operation): boolean {
  return step.pivot === true || pastPivot(saga, held)
}

function pastPivot<Kind extends StoreKind>(saga: Saga<Kind, Json>, held: Operation): boolean {
  const pivot = saga.steps.findIndex((step) => step.pivot === true)
  return pivot !== -1 && held.cursor > pivot
}

/** What the step's own commit refused: a lost compare-and-set. Trouble of the store itself is not the step's. */
function refusedBy(error: unknown): Problem | null {
  if (!isNovakitError(error)) return null
  if (error.code.startsWith('storage.') || error.code === 'operation.lease_lost') return null
  return problemOf(error)
}
