import type { Millis } from '@novakit/core'
import { between } from '../chaos/mischief.ts'
import { seededRandom } from '@novakit/core'

/** All that a life depends on, as JSON: the same plan, the same life. */
export interface Plan {
  readonly seed: string
  /** How long requests and troubles come in, in milliseconds of virtual time. */
  readonly span: number
  readonly conductors: number
  /** Kinds of trouble, by name. */
  readonly troubles: readonly string[]
  /** What people do, by name. */
  readonly stories: readonly string[]
  /** What is deleted can be had back for a while. */
  readonly patient: boolean
  /** Servers of hosts that are silent for long come back by themselves. */
  readonly recovery: boolean
  /** Single things that are left out: `badNetwork#3` is the third that would have gone wrong. */
  readonly without: readonly string[]
}

/** Seconds. Most lives are short: many of them find more than few that are long. */
const SPANS = [4, 6, 8, 10, 12, 15, 20, 35] as const

/** Seconds more for a dead host to be missed. */
const SILENCE = 40

/** Without it there would seldom be anything to recover. */
const DEAD = 'deadMachines'

const withDead = (troubles: readonly string[], wanted: boolean): readonly string[] =>
  wanted && !troubles.includes(DEAD) ? [...troubles, DEAD] : troubles

/** Each seed has some of the troubles and some of the stories, so that no two kinds always hide a third. */
export function drawPlan(seed: string, troubles: readonly string[], stories: readonly string[]): Plan {
  const random = seededRandom(`plan/${seed}`)
  // A stream for each name: a new kind of trouble changes nothing in what is drawn for the others.
  const some = (names: readonly string[], share: number): readonly string[] =>
    names.filter((name) => random.fork(name).next() < share)
  const span: Millis = between(random, 0, 1)
  const chosen = some(stories, 0.7)
  const recovery = random.fork('recovery').next() < 0.1
  return {
    seed,
    span: 1000 * ((SPANS[random.below(SPANS.length)] ?? 10) + (recovery ? SILENCE : 0)) + span,
    conductors: 1 + random.below(3),
    troubles: withDead(some(troubles, 0.15 + 0.4 * random.next()), recovery && troubles.includes(DEAD)),
    stories: chosen.length === 0 ? stories : chosen,
    patient: random.fork('patient').next() < 0.4,
    recovery,
    without: [],
  }
}
