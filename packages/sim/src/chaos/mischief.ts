import type { CloudWorld } from '../world/cloud-world.ts'
import type { Millis, Random } from '@novakit/core'
import { millis } from '@novakit/core'

/** What one kind of trouble has to do its work with. */
export interface Mischief {
  readonly world: CloudWorld
  /** A stream of its own: leaving out one kind of trouble changes nothing in what others draw. */
  readonly random: Random
  /** Trouble is over; nothing more may begin. */
  over(): boolean
  /**
   * Asked before each single thing that goes wrong, after all that is drawn for it. False: it does not happen, because
   * the plan leaves it out. Otherwise it stands in the trace.
   */
  happens(what: string): boolean
}

/** One kind of trouble. It goes on until it is over, and leaves nothing broken that time or {@link heal} does not mend. */
export type Trouble = (mischief: Mischief) => void

/** Does something now and then, so many seconds apart. */
export function nowAndThen(mischief: Mischief, from: number, to: number, act: () => void | Promise<void>): void {
  const { world, random } = mischief
  const next = (): void => {
    if (mischief.over()) return
    void act()
    world.clock.after(between(random, from, to), next)
  }
  world.clock.after(between(random, 0, to), next)
}

/** From so many seconds to so many. */
export function between(random: Random, from: number, to: number): Millis {
  return millis(1000 * from + random.below(1000 * (to - from) + 1))
}

/** @param among not empty */
export function pick<T>(random: Random, among: readonly T[]): T {
  return among[random.below(among.length)] as T
}
