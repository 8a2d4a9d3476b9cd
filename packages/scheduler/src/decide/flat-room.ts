import type { HostState, InventoryUsage, ResourceGroup, ResourceRequest, RequestSpec } from '@novakit/core'

/** Whether a host has room; null where only the search over its tree of providers can tell. */
export type RoomTest = (host: HostState) => boolean | null

/**
 * The answer of `candidatesOf` for the commonest case, a request without suffixed groups on hosts without child
 * providers and with nothing shared, where it is a few comparisons. What to claim is always `candidatesOf`'s to say; a
 * property test holds the two together.
 */
export function flatRoom({ resources }: RequestSpec, sharesNothing: boolean): RoomTest {
  const [group] = resources.groups
  if (group === undefined || resources.groups.length > 1 || group.suffix !== '' || !sharesNothing) return () => null
  const wanted = Object.entries(group.resources).filter(([, amount]) => amount > 0)
  if (wanted.length === 0 || resources.sameSubtree.length > 0) return () => null
  const plain = asksForNothingElse(resources, group)
  return (host) => {
    if (host.children.length > 0) return null
    for (const [resourceClass, amount] of wanted) if (!gives(host.inventories.get(resourceClass), amount)) return false
    return plain || meetsRest(host, resources, group)
  }
}

function gives(inventory: InventoryUsage | undefined, amount: number): boolean {
  if (inventory === undefined) return false
  const { total, reserved, allocationRatio, used, minUnit, maxUnit, stepSize } = inventory
  if (amount < minUnit || amount > maxUnit || amount % stepSize !== 0) return false
  return amount <= Math.floor((total - reserved) * allocationRatio) - used
}

function asksForNothingElse({ rootRequired, rootForbidden }: ResourceRequest, group: ResourceGroup): boolean {
  const { required, forbidden, memberOf, forbiddenAggregates, inTree } = group
  const lists = [rootRequired, rootForbidden, required, forbidden, memberOf, forbiddenAggregates]
  return inTree === null && lists.every((list) => list.length === 0)
}

function meetsRest(host: HostState, { rootRequired, rootForbidden }: ResourceRequest, group: ResourceGroup): boolean {
  const { traits, aggregates, provider } = host
  const isThere = (trait: string): boolean => traits.has(trait)
  return (
    (group.inTree === null || group.inTree === provider) &&
    rootRequired.every(isThere) &&
    !rootForbidden.some(isThere) &&
    !group.forbidden.some(isThere) &&
    group.required.every((entry) => (typeof entry === 'string' ? isThere(entry) : entry.some(isThere))) &&
    group.memberOf.every((anyOf) => anyOf.some((each) => aggregates.includes(each))) &&
    !group.forbiddenAggregates.some((each) => aggregates.includes(each))
  )
}
