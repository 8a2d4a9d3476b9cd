import type { Plan, Slot } from '../request/plan.ts'
import type { Options } from '../request/options.ts'
import type { Reach } from '../request/reach.ts'
import { leftOf } from '../request/fit.ts'
import type { TreeProvider } from '../types.ts'

/** Which node serves which slot so far, and what that leaves. */
export interface Board {
  /** Slot → node; -1: none yet. */
  readonly chosen: readonly number[]
  /** Whether a node can take one more slot on top of those that it has. */
  fits(slot: number, node: number): boolean
  take(slot: number, node: number): void
  release(slot: number): void
  /** How many slots a node serves. */
  held(node: number): number
  /** What a node may still give of a class, in all slots together. */
  room(node: number, column: number): number
}

export function openBoard(plan: Plan, reach: Reach, options: Options): Board {
  const { columns, slots } = plan
  const rooms = roomsOf(plan, reach, options)
  const chosen = slots.map(() => -1)
  const held = reach.nodes.map(() => 0)
  /** Slots of groups with a suffix that a node serves. */
  const suffixed = reach.nodes.map(() => 0)
  const put = (slot: number, node: number, sign: 1 | -1): void => {
    const { group, wanted } = slots[slot] as Slot
    for (const { column, amount } of wanted) add(rooms, node * columns + column, -sign * amount)
    add(held, node, sign)
    if (!group.plain) add(suffixed, node, sign)
  }
  return {
    chosen,
    fits: (slot, node) => {
      const { group, wanted } = slots[slot] as Slot
      if (plan.isolate && !group.plain && (suffixed[node] as number) > 0) return false
      for (const { column, amount } of wanted) if ((rooms[node * columns + column] as number) < amount) return false
      return plan.nested || wanted.length === 0 || isOnlyOfTree(node, reach, slots, chosen)
    },
    take: (slot, node) => {
      chosen[slot] = node
      put(slot, node, 1)
    },
    release: (slot) => {
      put(slot, chosen[slot] as number, -1)
      chosen[slot] = -1
    },
    held: (node) => held[node] as number,
    room: (node, column) => rooms[node * columns + column] as number,
  }
}

function add(numbers: number[], at: number, amount: number): void {
  numbers[at] = (numbers[at] as number) + amount
}

/** What is left of each class on each node that is an option for it. One claim may take no more than `maxUnit`. */
function roomsOf({ slots, columns }: Plan, reach: Reach, options: Options): number[] {
  const rooms = new Array<number>(reach.nodes.length * columns).fill(-1)
  for (const [slot, { wanted }] of slots.entries()) {
    for (const node of options[slot] as readonly number[]) {
      for (const { column, resourceClass } of wanted) {
        const inventory = (reach.nodes[node] as TreeProvider).inventories.get(resourceClass)
        if (inventory !== undefined) rooms[node * columns + column] = Math.min(leftOf(inventory), inventory.maxUnit)
      }
    }
  }
  return rooms
}

/** Before microversion 1.29: whether no other node of this one's tree gives anything. */
function isOnlyOfTree(node: number, { nodes }: Reach, slots: readonly Slot[], chosen: readonly number[]): boolean {
  const tree = nodes[node]?.root
  return slots.every(({ wanted }, slot) => {
    const other = chosen[slot] as number
    return other < 0 || other === node || wanted.length === 0 || nodes[other]?.root !== tree
  })
}
