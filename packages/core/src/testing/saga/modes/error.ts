import type { Mode, SagaPlan } from '../case.ts'
import type { Moment, SagaStage } from '../stage.ts'
import type { Position } from '../trap.ts'
import { expectNone, expectQuiet, phasesOf, play, stepError, witness } from '../case.ts'
import { trap } from '../trap.ts'
import { words } from '../positions.ts'

/** Each step fails: before the pivot the saga unwinds from exactly there, past it it goes forward all the same. */
export const error: Mode = (plan) =>
  plan.forth.flatMap((position) =>
    (['before', 'after_effect'] as const).map((point) => ({
      title: `an error ${point === 'before' ? 'in' : 'after the effect of'} ${words(position)} ${outcome(plan, position)}`,
      run: async (stage) => {
        const seen: { operation?: Moment['operation'] } = {}
        const failing = trap(position, point, (moment) => {
          witness(seen, moment)
          throw stepError()
        })
        await play(stage, failing)
        await expectEnd(plan, position, stage, seen.operation?.id ?? '')
        await stage.expectGoal()
        await expectQuiet(stage)
      },
    })),
  )

/** Whether the saga can still turn round at this position. */
function isBeforePivot({ table }: SagaPlan, { key }: Position): boolean {
  const at = table.steps.findIndex((step) => step.name === key)
  const pivot = table.steps.findIndex((step) => step.pivot)
  return pivot === -1 || at < pivot
}

function outcome(plan: SagaPlan, position: Position): string {
  return isBeforePivot(plan, position) ? 'unwinds it from there' : 'only delays it'
}

async function expectEnd(plan: SagaPlan, position: Position, stage: SagaStage, operation: string): Promise<void> {
  const picture = await stage.picture()
  const { steps } = plan.table
  const at = steps.findIndex((step) => step.name === position.key)
  const state = picture.operations.find((row) => row.id === operation)?.state
  if (!isBeforePivot(plan, position)) {
    expectNone(state === 'done' ? [] : [`the operation is ${state}, and not done`])
    return
  }
  const failed = phasesOf(picture, operation, position.key).includes('failed')
  const beyond = steps.slice(at + 1).filter((step) => phasesOf(picture, operation, step.name).length > 0)
  const kept = steps.slice(0, at + 1).filter((step) => !phasesOf(picture, operation, step.name).includes('undone'))
  expectNone([
    ...(state === 'failed' ? [] : [`the operation is ${state}, and not failed`]),
    ...(failed ? [] : [`${position.key} is not on record as failed`]),
    ...beyond.map((step) => `${step.name} was begun after the failure`),
    ...kept.map((step) => `${step.name} was not undone`),
  ])
}
