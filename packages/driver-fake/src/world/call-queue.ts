import type { Call } from '../knobs/call.ts'
import type { Session } from './machine.ts'

/** A call that stands still. `late`: it was answered with an error, and its effect is still to come. */
export interface WaitingCall extends Call {
  readonly waits: 'queued' | 'hanging' | 'late'
}

/** Calls that wait for the test, or for their signal. */
export interface CallQueue {
  /** Resolves when released, when the signal aborts, or when the session is dismissed. */
  wait(call: Call, waits: WaitingCall['waits'], session: Session | null, signal?: AbortSignal): Promise<void>
  /** Oldest call first. */
  waiting(): readonly WaitingCall[]
  /** Lets a call go on; resolves when it has ended or waits again. False when no such call waits. */
  release(id: number): Promise<boolean>
  /** Tells releasers that the call has ended, or will never go on. */
  idle(id: number): void
  /** Wakes the session's calls, so that they see that it is over. */
  dismiss(session: Session): void
}

interface Item {
  readonly call: WaitingCall
  readonly session: Session | null
  readonly wake: () => void
}

export function callQueue(): CallQueue {
  const items = new Map<number, Item>()
  const releasers = new Map<number, (() => void)[]>()
  const idle = (id: number): void => {
    const tell = releasers.get(id) ?? []
    releasers.delete(id)
    for (const one of tell) one()
  }
  return {
    wait: (call, waits, session, signal) =>
      new Promise((resolve) => {
        idle(call.id)
        const wake = (): void => {
          items.delete(call.id)
          signal?.removeEventListener('abort', wake)
          resolve()
        }
        if (signal?.aborted) return resolve()
        items.set(call.id, { call: { ...call, waits }, session, wake })
        signal?.addEventListener('abort', wake)
      }),
    waiting: () => [...items.values()].map(({ call }) => call).toSorted((a, b) => a.id - b.id),
    release: async (id) => {
      const item = items.get(id)
      if (item === undefined) return false
      await new Promise<void>((resolve) => {
        releasers.set(id, [...(releasers.get(id) ?? []), resolve])
        item.wake()
      })
      return true
    },
    idle,
    dismiss: (session) => {
      for (const item of items.values()) if (item.session === session) item.wake()
    },
  }
}
