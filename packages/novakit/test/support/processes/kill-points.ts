import type { SagaTable } from '@novakit/core/testing'
import type { KillAt } from './control.ts'

/** Steps that wait for somebody are visited again; the second visit takes the answer. */
const WAITING = ['attempts', 'spawn', 'spawn/undo', 'destroy', 'let-go']

/**
 * The places at which a worker of these sagas can die, on the way there or back. What is so before a step is so after
 * the record of the one before it: only the first step has a place before it.
 */
export function killPoints(
  tables: readonly SagaTable[],
  kinds: readonly string[],
  way: 'forth' | 'back' = 'forth',
): readonly KillAt[] {
  return tables.filter(({ kind }) => kinds.includes(kind)).flatMap((table) => pointsOf(table, way))
}

function pointsOf({ kind, steps }: SagaTable, way: 'forth' | 'back'): readonly KillAt[] {
  const pivot = steps.findIndex((step) => step.pivot)
  const keys =
    way === 'forth'
      ? steps.map(({ name }) => name)
      : steps
          .slice(0, pivot)
          .filter(({ undoable }) => undoable)
          .map(({ name }) => `${name}/undo`)
          .toReversed()
  return keys.flatMap((step, index) => {
    const visits = WAITING.includes(step) ? [1, 2] : [1]
    return visits.flatMap((visit): KillAt[] => [
      ...(index === 0 && visit === 1 ? [{ kind, step, visit, point: 'before' } as const] : []),
      { kind, step, visit, point: 'after_effect' },
      { kind, step, visit, point: 'after_commit' },
    ])
  })
}

const when = { before: 'before', after_effect: 'after the effect of', after_commit: 'after the record of' } as const

/** "after the effect of the second visit of spawn in server.build" */
export function words({ kind, step, point, visit }: KillAt): string {
  const what = step.endsWith('/undo') ? `the undo of ${step.slice(0, -'/undo'.length)}` : step
  return `${when[point]} ${visit === 1 ? '' : 'the second visit of '}${what} in ${kind}`
}
