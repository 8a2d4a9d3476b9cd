import type { ResourceRequest } from '@novakit/core'
import type { Reachable } from './reach.ts'
import type { Slot } from './slots.ts'

/**
 * Names a state of the search so that two states with one name have equally many ways on: which kinds of slot each
 * kind of provider holds, whichever of its kind it is.
 */
export function stateKeys(
  slots: readonly Slot[],
  request: ResourceRequest,
  reach: readonly Reachable[],
): (chosen: readonly Reachable[]) => string {
  let kinds: { readonly ofSlot: readonly string[]; readonly ofProvider: ReadonlyMap<Reachable, string> } | null = null
  return (chosen) => {
    kinds ??= { ofSlot: slots.map((slot) => slotKind(slot, request)), ofProvider: providerKinds(reach) }
    const held = new Map<Reachable, string[]>()
    for (const [index, provider] of chosen.entries()) {
      held.set(provider, [...(held.get(provider) ?? []), kinds.ofSlot[index] ?? ''])
    }
    const states: string[] = []
    for (const [provider, list] of held) states.push(`${kinds.ofProvider.get(provider)}:${list.toSorted().join('+')}`)
    return `${chosen.length}/${states.toSorted().join('/')}`
  }
}

/** All that a slot, once filled, means for the slots after it. */
function slotKind(slot: Slot, request: ResourceRequest): string {
  const subtrees = request.sameSubtree.map((suffixes) => suffixes.includes(slot.group.suffix))
  return JSON.stringify([slot.wanted, slot.group.suffix === '', subtrees])
}

/** Leaves under one parent that differ in nothing but their id share a kind. */
function providerKinds(reach: readonly Reachable[]): ReadonlyMap<Reachable, string> {
  const parents = new Set(reach.map((provider) => provider.parent))
  const numbers = new Map<string, string>()
  const kindOf = (provider: Reachable): string => {
    const { id, parent, tree, traits, aggregates, inventories } = provider
    const alike = parents.has(id)
      ? id
      : JSON.stringify([parent, tree, [...traits].toSorted(), aggregates.toSorted(), byClass(inventories)])
    const number = numbers.get(alike) ?? String(numbers.size)
    numbers.set(alike, number)
    return number
  }
  return new Map(reach.map((provider) => [provider, kindOf(provider)]))
}

function byClass(inventories: Reachable['inventories']): readonly unknown[] {
  return [...inventories].toSorted(([a], [b]) => (a < b ? -1 : 1))
}
