import type { Plan, Slot } from '../request/plan.ts'

/**
 * Names a state of the search so that two states with one name have equally many ways on: which kinds of slot each
 * kind of node serves, whichever of its kind it is.
 * @param filled the slots that are filled
 * @param kinds node → kind
 */
export function stateKey(
  plan: Plan,
  filled: readonly number[],
  chosen: readonly number[],
  kinds: readonly number[],
): string {
  const held = new Map<number, number[]>()
  for (const slot of filled) {
    const node = chosen[slot] as number
    const { kind } = plan.slots[slot] as Slot
    const list = held.get(node)
    if (list === undefined) held.set(node, [kind])
    else list.push(kind)
  }
  const states: string[] = []
  for (const [node, list] of held) states.push(`${kinds[node] ?? node}:${list.sort((a, b) => a - b).join('+')}`)
  return `${filled.length}/${states.sort().join('/')}`
}
