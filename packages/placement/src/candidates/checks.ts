import type { ProviderId, ResourceGroup, ResourceRequest } from '@novakit/core'
import { missingTraits } from './eligible.ts'
import type { Reachable } from './reach.ts'
import type { Slot } from './slots.ts'

/** Tests that look at several slots at once, each as soon as the last of its slots has its provider. */
export function checksOf(
  slots: readonly Slot[],
  request: ResourceRequest,
  reach: readonly Reachable[],
): (chosen: readonly Reachable[]) => boolean {
  const due = new Map<number, ((chosen: readonly Reachable[]) => boolean)[]>()
  const add = (indexes: readonly number[], test: (providers: readonly Reachable[]) => boolean): void => {
    const when = (indexes.at(-1) ?? -1) + 1
    const atOnce = (chosen: readonly Reachable[]): boolean => test(indexes.flatMap((index) => chosen[index] ?? []))
    due.set(when, [...(due.get(when) ?? []), atOnce])
  }
  const slotsOfGroups = (isOne: (group: ResourceGroup) => boolean): readonly number[] =>
    slots.flatMap((slot, index) => (isOne(slot.group) ? [index] : []))

  const plain = request.groups.find((group) => group.suffix === '' && group.required.length > 0)
  if (plain !== undefined) {
    add(
      slotsOfGroups((group) => group === plain),
      (providers) => missingTraits(plain, providers).length === 0,
    )
  }
  const parents = new Map(reach.map((provider) => [provider.id, provider.parent]))
  for (const suffixes of request.sameSubtree) {
    add(
      slotsOfGroups((group) => suffixes.includes(group.suffix)),
      (providers) => inOneSubtree(providers, parents),
    )
  }
  return (chosen) => due.get(chosen.length)?.every((test) => test(chosen)) ?? true
}

/** One of the providers is an ancestor of all the others, or the only one. */
function inOneSubtree(providers: readonly Reachable[], parents: ReadonlyMap<ProviderId, ProviderId | null>): boolean {
  const isUnder = (id: ProviderId | null, top: ProviderId): boolean =>
    id !== null && (id === top || isUnder(parents.get(id) ?? null, top))
  return providers.length === 0 || providers.some((top) => providers.every((each) => isUnder(each.id, top.id)))
}
