import { problemOf } from '../domain/error.ts'
import { transportErrors } from '../domain/message/errors.ts'
import { millis } from '../domain/unit/units.ts'
import type { Clock } from '../ports/clock.ts'
import type { Address, Envelope } from '../ports/transport.ts'
import type { Answer } from './answer.ts'

/** A request whose answer has not come yet. */
export interface Waiting {
  /** Names it among the requests of its end. */
  readonly seq: number
  readonly address: Address
  readonly envelope: Envelope
  /** The envelope as text, taken when it was sent: later changes of the object do not travel. */
  readonly text: string
  /** Never rejects; `transport.timeout` at the deadline. */
  readonly outcome: Promise<Answer>
  /** The first answer counts; later ones change nothing. */
  settle(answer: Answer): void
}

/** The requests of one end that wait for answers. */
export interface WaitingRoom {
  enter(address: Address, envelope: Envelope, text: string): Waiting
  get(seq: number): Waiting | undefined
  all(): readonly Waiting[]
  readonly size: number
  readonly closed: boolean
  /** Everybody leaves with `transport.closed`. */
  close(): void
}

/** A timer's longest span; a wait beyond it, of 24 days, ends early. */
const LONGEST = 2 ** 31 - 1

/** `changed` hears when the room is no longer empty, and when it is again. */
export function waitingRoom(clock: Clock, changed: () => void = () => undefined): WaitingRoom {
  const waiting = new Map<number, Waiting>()
  let last = 0
  let closed = false
  const leave = (seq: number): boolean => {
    const was = waiting.delete(seq)
    if (was && waiting.size === 0) changed()
    return was
  }
  return {
    enter: (address, envelope, text) => {
      const seq = ++last
      const { promise: outcome, resolve } = Promise.withResolvers<Answer>()
      const settle = (answer: Answer): void => {
        if (!leave(seq)) return
        cancel()
        resolve(answer)
      }
      const span = millis(Math.min(LONGEST, Math.max(0, Math.ceil(envelope.deadline - clock.now()))))
      const cancel = clock.after(span, () => settle({ problem: problemOf(transportErrors.timeout({ address })) }))
      const entered = { seq, address, envelope, text, outcome, settle }
      waiting.set(seq, entered)
      if (waiting.size === 1) changed()
      return entered
    },
    get: (seq) => waiting.get(seq),
    all: () => [...waiting.values()],
    get size() {
      return waiting.size
    },
    get closed() {
      return closed
    },
    close: () => {
      closed = true
      for (const one of waiting.values()) one.settle({ problem: problemOf(transportErrors.closed({})) })
    },
  }
}
