import type { Options } from '../request/options.ts'
import type { Plan, Slot } from '../request/plan.ts'
import type { Board } from './board.ts'

/** Work that may still be done before the caller gets a turn: about a quarter of a microsecond each. */
export interface Fuel {
  left: number
}

/** What looking at one node for one slot costs. */
const LOOK = 0.125

/**
 * Whether each of the empty slots can have a node, as far as counting tells: no class falls short in sum, and the slots
 * can be matched with nodes that each take as many as they have places for. Never no where there is a way; always
 * right where the amounts are equal. It costs more than a step of the search, and is asked only once that had trouble.
 */
export function canFill(plan: Plan, options: Options, board: Board, empty: readonly number[], fuel: Fuel): boolean {
  const fitting = empty.map((slot) => (options[slot] ?? []).filter((node) => board.fits(slot, node)))
  if (fitting.some((nodes) => nodes.length === 0)) return false
  const takers = takersOf(empty, fitting)
  for (const list of takers.values()) fuel.left -= list.length * LOOK
  if (!sumsFit(plan, board, takers, empty)) return false
  const places = new Map([...takers].map(([node, slots]) => [node, placesAt(plan, board, node, slots)]))
  return canMatch(fitting, places, fuel)
}

/** Node → the empty slots that fit there. */
function takersOf(
  empty: readonly number[],
  fitting: readonly (readonly number[])[],
): ReadonlyMap<number, readonly number[]> {
  const takers = new Map<number, number[]>()
  for (const [index, slot] of empty.entries()) {
    for (const node of fitting[index] ?? []) {
      const list = takers.get(node)
      if (list === undefined) takers.set(node, [slot])
      else list.push(slot)
    }
  }
  return takers
}

function sumsFit(
  plan: Plan,
  board: Board,
  takers: ReadonlyMap<number, readonly number[]>,
  empty: readonly number[],
): boolean {
  const short = new Array<number>(plan.columns).fill(0)
  for (const slot of empty) for (const { column, amount } of wantedOf(plan, slot)) add(short, column, amount)
  for (const [node, slots] of takers) {
    const columns = new Set(slots.flatMap((slot) => wantedOf(plan, slot).map(({ column }) => column)))
    for (const column of columns) add(short, column, -board.room(node, column))
  }
  return short.every((amount) => amount <= 0)
}

/** How many of these slots a node can take at most. */
function placesAt(plan: Plan, board: Board, node: number, slots: readonly number[]): number {
  const isPlain = (slot: number): boolean => plan.slots[slot]?.group.plain === true
  const suffixed = slots.filter((slot) => !isPlain(slot)).length
  let places = plan.isolate ? slots.length - suffixed + Math.min(1, suffixed) : slots.length
  for (let column = 0; column < plan.columns; column++) {
    const amounts = slots.flatMap((slot) => wantedOf(plan, slot).filter((want) => want.column === column))
    if (amounts.length === 0) continue
    const least = Math.min(...amounts.map(({ amount }) => amount))
    const atMost = slots.length - amounts.length + Math.floor(board.room(node, column) / least)
    places = Math.min(places, atMost)
  }
  return places
}

/** Augmenting paths (Kuhn), with as many places on a node as it has. */
function canMatch(fitting: readonly (readonly number[])[], places: ReadonlyMap<number, number>, fuel: Fuel): boolean {
  const taken = new Map<number, readonly number[]>()
  const seatedAt = (node: number): readonly number[] => taken.get(node) ?? []
  const seat = (index: number, seen: Set<number>): boolean => {
    const nodes = fitting[index] ?? []
    fuel.left -= nodes.length * LOOK
    const free = nodes.find((node) => seatedAt(node).length < (places.get(node) ?? 0))
    if (free !== undefined) {
      taken.set(free, [...seatedAt(free), index])
      return true
    }
    for (const node of nodes) {
      if (seen.has(node)) continue
      seen.add(node)
      const leaves = seatedAt(node).find((other) => seat(other, seen))
      if (leaves === undefined) continue
      taken.set(node, [...seatedAt(node).filter((other) => other !== leaves), index])
      return true
    }
    return false
  }
  return fitting.every((_, index) => seat(index, new Set()))
}

function wantedOf(plan: Plan, slot: number): Slot['wanted'] {
  return (plan.slots[slot] as Slot).wanted
}

function add(numbers: number[], at: number, amount: number): void {
  numbers[at] = (numbers[at] as number) + amount
}
