import type { Operation } from '../domain/operation/operation.ts'

/** Whether the host may have heard of a step: it was tried a second time only if a command was on its way. */
export function wasOrdered({ journal }: Operation, name: string): boolean {
  return journal.some(({ step, attempt, phase }) => {
    return step === name && attempt > 1 && (phase === 'done' || phase === 'failed')
  })
}
