import { millis, type Millis } from '../domain/unit/units.ts'
import type { Random } from '../ports/random.ts'
import type { Address, Envelope } from '../ports/transport.ts'

/** A request on its way to its listener, or the answer to it on its way back. */
export type Direction = 'request' | 'reply'

/**
 * What becomes of one message. `copies` says after how long each copy arrives: none is a loss, two are a duplicate, and
 * unequal spans reorder.
 */
export interface Fate {
  readonly copies: readonly Millis[]
  /** Changes the text that arrives: a truncated, mutated or older message. */
  readonly alter?: (text: string) => string
}

/** Decides over each message. `from` is the name of the end that sent the request, also for its reply. */
export type Faults = (envelope: Envelope, address: Address, direction: Direction, from: string) => Fate

/** The fates that tests name most often. */
export const fates = {
  deliver: { copies: [millis(0)] } as Fate,
  drop: { copies: [] } as Fate,
  delay: (by: Millis): Fate => ({ copies: [by] }),
  /** Once at once, and once more after a while. */
  duplicate: (after: Millis = millis(0)): Fate => ({ copies: [millis(0), after] }),
  alter: (alter: (text: string) => string): Fate => ({ copies: [millis(0)], alter }),
}

/** Chances from 0 to 1; a message may be delayed and duplicated at once. */
export interface FaultRates {
  readonly drop?: number
  /** Of replies only: the work is done and the caller does not know. */
  readonly loseReply?: number
  readonly duplicate?: number
  readonly delay?: number
  /** The longest delay of a delayed or repeated copy. */
  readonly upTo?: Millis
}

/** Faults by chance. One seed gives the same fates to the same sequence of messages. */
export function randomFaults(random: Random, rates: FaultRates): Faults {
  const happens = (chance: number | undefined): boolean => random.next() < (chance ?? 0)
  const span = (): Millis => millis(random.below((rates.upTo ?? 1000) + 1))
  return (_envelope, _address, direction) => {
    // Every chance is drawn every time, so that changing one rate leaves the other draws as they were.
    const [lost, replyLost, twice, late] = [rates.drop, rates.loseReply, rates.duplicate, rates.delay].map(happens)
    const [delay, again] = [span(), span()]
    if (lost || (replyLost && direction === 'reply')) return fates.drop
    return { copies: [late ? delay : millis(0), ...(twice ? [again] : [])] }
  }
}
