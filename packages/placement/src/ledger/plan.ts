import type { ConsumerId, ProviderId } from '@novakit/core'
import { breathing, rest } from './breath.ts'
import type { ClaimRules } from './claim-request.ts'
import type { Hold, Holding } from './holdings.ts'

/** What one consumer has, and what it shall have. */
export interface Change {
  readonly consumer: ConsumerId
  readonly before: Holding
  readonly after: Holding
}

/** What a call does to one class of one provider, all its consumers together. */
export interface Move {
  readonly provider: ProviderId
  readonly resourceClass: string
  /** Added to `used`. Capacity is asked for only where it is above zero: shrinking an overcommit is always allowed. */
  readonly delta: number
  /**
   * Amounts that must keep to the units. What some consumer of the call held before in just this amount is not judged
   * anew, unless the rules say so.
   */
  readonly amounts: readonly number[]
}

/** What a call does to one guard. */
export interface GuardMove {
  readonly kind: 'counter' | 'pin'
  readonly name: string
  /** Value given up, with how many holders: only where it differs from `value`, or nothing is taken. */
  readonly release: number
  readonly take: number
  /** Of a pin: what is to be agreed on. Two values in one call cannot both be right. */
  readonly values: readonly string[]
  /** Of a counter: the least that any of the guards allows. */
  readonly allowed: number
}

export interface Plan {
  readonly moves: readonly Move[]
  readonly guards: readonly GuardMove[]
  /** Providers whose allocations change. */
  readonly providers: readonly ProviderId[]
}

/** One call may have tens of thousands of amounts, for one consumer or for many: others have their turn in between. */
export async function planOf(
  changes: readonly Change[],
  { judgeHeld }: ClaimRules = { judgeHeld: false },
): Promise<Plan> {
  const moves = await movesOf(changes, judgeHeld)
  const providers = changes.flatMap(({ before, after }) => [...before.allocations.keys(), ...after.allocations.keys()])
  return {
    moves,
    guards: guardMovesOf(changes),
    providers: [...new Set(providers)].toSorted(),
  }
}

interface Tally {
  readonly provider: ProviderId
  readonly resourceClass: string
  delta: number
  readonly before: Set<number>
  readonly after: Set<number>
}

const AMOUNTS_PER_BREATH = 2000

/** In the order in which they are locked: by provider, then class. */
async function movesOf(changes: readonly Change[], judgeHeld: boolean): Promise<readonly Move[]> {
  const tallies = new Map<string, Tally>()
  const breathe = breathing(AMOUNTS_PER_BREATH)
  const count = async (holding: Holding, side: 'before' | 'after'): Promise<void> => {
    for (const [provider, resources] of holding.allocations) {
      for (const resourceClass in resources) {
        const amount = resources[resourceClass] as number
        const key = `${provider} ${resourceClass}`
        const tally = tallies.get(key) ?? { provider, resourceClass, delta: 0, before: new Set(), after: new Set() }
        tally.delta += side === 'after' ? amount : -amount
        tally[side].add(amount)
        tallies.set(key, tally)
      }
      const pause = breathe(Object.keys(resources).length)
      if (pause !== undefined) await pause
    }
  }
  for (const { before, after } of changes) {
    await count(before, 'before')
    await count(after, 'after')
  }
  await rest(tallies.size)
  const keys = [...tallies.keys()].toSorted()
  await rest(tallies.size)
  const moves: Move[] = []
  for (const key of keys) {
    const pause = breathe()
    if (pause !== undefined) await pause
    const move = moveOf(tallies.get(key) as Tally, judgeHeld)
    if (move !== null) moves.push(move)
  }
  return moves
}

function moveOf({ provider, resourceClass, delta, before, after }: Tally, judgeHeld: boolean): Move | null {
  const amounts = [...after].filter((amount) => judgeHeld || !before.has(amount))
  return delta === 0 && amounts.length === 0 ? null : { provider, resourceClass, delta, amounts }
}

/** In the order in which they are locked: counters by name, then pins by name. */
function guardMovesOf(changes: readonly Change[]): readonly GuardMove[] {
  const byGuard = new Map<string, { readonly before: Hold[]; readonly after: Hold[] }>()
  const sort = (holds: readonly Hold[], side: 'before' | 'after'): void => {
    for (const hold of holds) {
      const key = `${hold.kind} ${hold.name}`
      const sides = byGuard.get(key) ?? { before: [], after: [] }
      sides[side].push(hold)
      byGuard.set(key, sides)
    }
  }
  for (const { before, after } of changes) {
    sort(before.holds, 'before')
    sort(after.holds, 'after')
  }
  return [...byGuard.keys()].toSorted().flatMap((key) => {
    const { before = [], after = [] } = byGuard.get(key) ?? {}
    return guardMoveOf(before, after)
  })
}

function guardMoveOf(before: readonly Hold[], after: readonly Hold[]): readonly GuardMove[] {
  const [first] = [...after, ...before]
  if (first === undefined) return []
  const sum = (holds: readonly Hold[]): number => holds.reduce((total, hold) => total + hold.held, 0)
  const values = [...new Set(after.map((hold) => hold.value))]
  const allowed = Math.min(...after.map((hold) => hold.allowed))
  const parts = { kind: first.kind, name: first.name, values, allowed }
  const changesValue = before.some((hold) => values.some((value) => value !== hold.value))
  if (changesValue) return [{ ...parts, release: sum(before), take: sum(after) }]
  const net = sum(after) - sum(before)
  return net === 0 ? [] : [{ ...parts, release: Math.max(0, -net), take: Math.max(0, net) }]
}
