import type { Json } from '../domain/json.ts'
import type { Millis } from '../domain/unit/units.ts'
import type { NewEntry } from './journal.ts'
import type { Next, Turn, TurnContext } from './turn.ts'
import type { Step, StoreKind, UndoAnswer } from './step.ts'
import { again, end, fresh, park, write } from './recording.ts'
import { contextFor, inTime, makeSure } from './turn.ts'
import { hasCode, problemOf } from '../domain/error.ts'
import { undoKey } from '../domain/operation/command.ts'
import { verdictOn } from './refusal.ts'

/** One step back. It is never given up. */
export async function undoTurn<Kind extends StoreKind>(turn: Turn<Kind>): Promise<Next<Kind>> {
  const { saga, held } = turn
  const step = saga.steps[held.cursor]
  if (step === undefined) return end(turn, 'failed')
  const key = undoKey(step.name)
  const context = await contextFor(turn, key)
  const answer = await undoStep(turn, step, context)
  try {
    return await take(turn, step, answer, context)
  } catch (error) {
    const { report } = context
    const verdict = verdictOn(error)
    if (verdict.kind === 'not_ours') throw error
    if (verdict.kind === 'again') return again(turn, key, { report, mustGoOn: true })
    return again(turn, key, { report, mustGoOn: true, problem: verdict.problem })
  }
}

async function undoStep<Kind extends StoreKind>(
  turn: Turn<Kind>,
  step: Step<Kind, Json>,
  context: TurnContext,
): Promise<UndoAnswer<Kind>> {
  if (typeof step.undo === 'string') return { kind: 'done', output: step.undo }
  const { undo } = step
  const { deps, held } = turn
  try {
    await deps.failPoint?.('before', held, undoKey(step.name))
    await makeSure(turn)
    const answer = await inTime(turn, step.name, (signal) => undo({ ...context, signal }))
    await deps.failPoint?.('after_effect', held, undoKey(step.name))
    return answer
  } catch (error) {
    if (hasCode(error, 'operation.lease_lost')) throw error
    const problem = problemOf(error)
    context.log.warn('undo threw', { step: step.name, code: problem.code, detail: problem.detail })
    return { kind: 'retry', after: 0 as Millis }
  }
}

async function take<Kind extends StoreKind>(
  turn: Turn<Kind>,
  step: Step<Kind, Json>,
  answer: UndoAnswer<Kind>,
  { report }: TurnContext,
): Promise<Next<Kind>> {
  const { held, saga } = turn
  const key = undoKey(step.name)
  switch (answer.kind) {
    case 'done': {
      const previous = saga.steps[held.cursor - 1]
      const entries: NewEntry[] = [{ step: step.name, attempt: held.attempt, phase: 'undone', output: answer.output }]
      if (previous !== undefined) entries.push({ step: previous.name, attempt: 1, phase: 'undoing' })
      return write(turn, key, {
        change: () => ({ cursor: held.cursor - 1, ...fresh }),
        entries,
        commit: answer.commit,
        ends: previous === undefined ? 'failed' : undefined,
      })
    }
    case 'parked':
      return park(turn, key, 'undoing', answer)
    case 'retry':
      return again(turn, key, { after: answer.after, mustGoOn: true, report })
  }
}
