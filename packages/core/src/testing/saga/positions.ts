import type { Position } from './trap.ts'
import type { SagaStage } from './stage.ts'
import type { SagaTable } from '../../conductor/index.ts'
import { nextRound } from '../../system/event-loop.ts'
import { runKey, undoKey } from '../../domain/operation/command.ts'

/** All places of one saga where something can happen, in their order. */
export interface Positions {
  /** On the way there: each step as often as it is begun when nothing goes wrong. */
  readonly forth: readonly Position[]
  /** On the way back, from the last step that can still fail. */
  readonly back: readonly Position[]
  /** The last step that can still fail; null in a saga that only goes forward. */
  readonly lastChance: Position | null
}

/** Runs the saga undisturbed once to see how often each of its steps is begun. */
export async function positionsOf({ kind, steps }: SagaTable, stage: SagaStage): Promise<Positions> {
  const visits = new Map<string, number>()
  stage.intercept(async ({ operation, point, key }) => {
    if (operation.kind === kind && point === 'before') visits.set(key, (visits.get(key) ?? 0) + 1)
  })
  await stage.begin()
  await stage.settle()
  await nextRound()
  const forth = steps.flatMap(({ name }) => {
    const key = runKey(name)
    return Array.from({ length: visits.get(key) ?? 0 }, (_, index) => ({ kind, key, visit: index + 1 }))
  })
  const pivot = steps.findIndex((step) => step.pivot)
  const beforePivot = pivot === -1 ? steps : steps.slice(0, pivot)
  const last = beforePivot.at(-1)
  return {
    forth,
    back: beforePivot
      .filter((step) => step.undoable)
      .toReversed()
      .map(({ name }) => ({ kind, key: undoKey(name), visit: 1 })),
    lastChance: last === undefined ? null : { kind, key: runKey(last.name), visit: 1 },
  }
}

/** "the 2nd visit of spawn" */
export function words({ key, visit }: Position): string {
  const what = key.endsWith('/undo') ? `the undo of ${key.slice(0, -'/undo'.length)}` : key
  return visit === 1 ? what : `${what}, ${ordinals[visit - 2] ?? `${visit}th`} visit`
}

const ordinals = ['second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth']
