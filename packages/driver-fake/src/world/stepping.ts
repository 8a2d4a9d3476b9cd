import type { WaitingCall } from './call-queue.ts'
import type { WorldState } from './world-state.ts'
import { fakeErrors } from '../errors.ts'

/** Time by hand: which call goes on next is the test's decision. */
export interface Stepping {
  /** Calls that stand still, oldest first: queued by the step mode, hanging, or with an effect still to come. */
  waiting(): readonly WaitingCall[]
  /** Lets one call go on, and resolves when it has ended or waits again. @throws `fake.unknown_call` */
  release(call: number | { readonly id: number }): Promise<void>
  /** Releases the oldest queued call and tells which it was; null when none is queued. */
  step(): Promise<WaitingCall | null>
  /** Steps until no call is queued, those that come up meanwhile included; tells how many it released. */
  drain(): Promise<number>
}

export function stepping({ queue }: WorldState): Stepping {
  const release = async (id: number): Promise<void> => {
    if (!(await queue.release(id))) throw fakeErrors.unknown_call({ call: id })
  }
  const step = async (): Promise<WaitingCall | null> => {
    const next = queue.waiting().find(({ waits }) => waits === 'queued') ?? null
    if (next !== null) await release(next.id)
    return next
  }
  return {
    waiting: () => queue.waiting(),
    release: (call) => release(typeof call === 'number' ? call : call.id),
    step,
    drain: async () => {
      let released = 0
      while ((await step()) !== null) released++
      return released
    },
  }
}
