import type { Done, RunAnswer, Step, StoreKind } from './step.ts'
import type { Json } from '../domain/json.ts'
import type { NewEntry } from './journal.ts'
import type { Next, Turn, TurnContext } from './turn.ts'
import type { Millis } from '../domain/unit/units.ts'
import type { OperationChange } from './operations.ts'
import { again, changed, end, fresh, park, repeat, write } from './recording.ts'
import { contextFor, inTime, makeSure, onlyForward } from './turn.ts'
import { failed as failedWith } from './step.ts'
import { hasCode, isNovakitError, problemOf } from '../domain/error.ts'
import { operationErrors } from '../domain/operation/errors.ts'
import { runKey } from '../domain/operation/command.ts'
import { verdictOn } from './refusal.ts'
import { withEntries } from './journal.ts'

/** A bug may pass by itself, a second time seldom. */
const UNFORESEEN_TRIES = 3

/** One step forward. */
export async function runTurn<Kind extends StoreKind>(turn: Turn<Kind>): Promise<Next<Kind>> {
  const { saga, held } = turn
  const step = saga.steps[held.cursor]
  if (step === undefined) return end(turn, 'done')
  const context = await contextFor(turn, runKey(step.name))
  const answer = await runStep(turn, step, context)
  const following = saga.steps[held.cursor + 1]
  if (answer.kind === 'done' && following?.quiet === true && turn.putOff === null) {
    return putOff(turn, step, answer, context)
  }
  return recorded(turn, step, answer, context)
}

/** Records an answer; one that cannot be recorded is tried again, or is the step's failure. */
async function recorded<Kind extends StoreKind>(
  turn: Turn<Kind>,
  step: Step<Kind, Json>,
  answer: RunAnswer<Kind>,
  context: TurnContext,
): Promise<Next<Kind>> {
  try {
    return await take(turn, step, answer, context)
  } catch (error) {
    const { report } = context
    const key = runKey(step.name)
    const verdict = verdictOn(error)
    if (verdict.kind === 'not_ours') throw error
    // Whose fault it was shows when each is recorded by itself. The quiet step then runs again.
    if (turn.putOff !== null) return alone(turn, turn.putOff)
    if (verdict.kind === 'again') return again(turn, key, { report })
    if (verdict.kind === 'trouble') return again(turn, key, { report, mustGoOn: true, problem: verdict.problem })
    return take(turn, step, failedWith(verdict.problem), context)
  }
}

function alone<Kind extends StoreKind>(
  turn: Turn<Kind>,
  { before, step, answer, context }: NonNullable<Turn<Kind>['putOff']>,
): Promise<Next<Kind>> {
  return recorded({ ...turn, held: before, putOff: null }, step, answer, context)
}

/** The operation as if the step were recorded: that is done together with the next one's answer. */
function putOff<Kind extends StoreKind>(
  { saga, held }: Turn<Kind>,
  step: Step<Kind, Json>,
  answer: Done<Kind>,
  context: TurnContext,
): Next<Kind> {
  const change = changeWhenDone(held.cursor)
  const journal = withEntries(held.journal, entriesWhenDone(saga.steps, held, answer), context.now)
  const after = { ...changed(held, change), journal }
  return { held: after, putOff: { step, answer, context, before: held, change } }
}

/** A step that throws has failed; what only the moment prevents is tried again. */
async function runStep<Kind extends StoreKind>(
  turn: Turn<Kind>,
  step: Step<Kind, Json>,
  context: TurnContext,
): Promise<RunAnswer<Kind>> {
  const { deps, saga, held } = turn
  const { deadline } = held
  // A host's answer counts, however late it is looked at.
  const unanswered = context.report === null && !onlyForward(saga, step, held)
  const late = deadline !== null && deadline < context.now && unanswered
  if (late) return failedWith(problemOf(operationErrors.deadline({ what: `The step "${step.name}"` })))
  try {
    await deps.failPoint?.('before', held, runKey(step.name))
    await makeSure(turn)
    const answer = await inTime(turn, step.name, (signal) => step.run({ ...context, signal }))
    await deps.failPoint?.('after_effect', held, runKey(step.name))
    return answer
  } catch (error) {
    if (hasCode(error, 'operation.lease_lost')) throw error
    const problem = problemOf(error)
    context.log.warn('step threw', { step: step.name, code: problem.code, detail: problem.detail })
    const passing = problem.kind === 'unavailable' && (problem.help === 'later' || problem.help === 'same')
    const unforeseen = !isNovakitError(error) && held.tries < UNFORESEEN_TRIES
    return passing || unforeseen ? { kind: 'retry', after: 0 as Millis } : failedWith(problem)
  }
}

const changeWhenDone = (cursor: number): OperationChange => ({ state: 'running', cursor: cursor + 1, ...fresh })

function entriesWhenDone<Kind extends StoreKind>(
  steps: readonly Step<Kind, Json>[],
  { cursor, attempt }: Turn<Kind>['held'],
  { output }: Done<Kind>,
): readonly NewEntry[] {
  const step = steps[cursor]?.name ?? ''
  const following = steps[cursor + 1]
  const begun: NewEntry[] = following === undefined ? [] : [{ step: following.name, attempt: 1, phase: 'begun' }]
  return [{ step, attempt, phase: 'done', output }, ...begun]
}

async function take<Kind extends StoreKind>(
  turn: Turn<Kind>,
  step: Step<Kind, Json>,
  answer: RunAnswer<Kind>,
  context: TurnContext,
): Promise<Next<Kind>> {
  const { held, saga } = turn
  const key = runKey(step.name)
  const { report } = context
  switch (answer.kind) {
    case 'done':
      return write(turn, key, {
        change: () => changeWhenDone(held.cursor),
        entries: entriesWhenDone(saga.steps, held, answer),
        commit: answer.commit,
        ends: held.cursor + 1 === saga.steps.length ? 'done' : undefined,
      })
    case 'parked': {
      const waitsForNothing = answer.command === undefined && answer.until <= context.now
      return waitsForNothing ? repeat(turn, key, answer) : park(turn, key, 'parked', answer)
    }
    case 'retry':
      return again(turn, key, { after: answer.after, mustGoOn: onlyForward(saga, step, held), report })
    case 'failed':
      if (onlyForward(saga, step, held)) return again(turn, key, { mustGoOn: true, problem: answer.problem, report })
      context.log.info('step failed', { step: step.name, code: answer.problem.code })
      return write(turn, key, {
        change: () => ({ state: 'undoing', problem: JSON.stringify(answer.problem), ...fresh }),
        entries: [
          { step: step.name, attempt: held.attempt, phase: 'failed', output: answer.problem as unknown as Json },
          { step: step.name, attempt: held.attempt, phase: 'undoing' },
        ],
      })
  }
}
