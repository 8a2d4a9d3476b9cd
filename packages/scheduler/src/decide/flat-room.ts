import type { HostState, InventoryUsage, ResourceGroup, ResourceRequest, RequestSpec } from '@novakit/core'

/** Whether a host has room; null where only the search over its tree of providers can tell. */
export type RoomTest = (host: HostState) => boolean | null

/**
 * The answer of `candidatesOf` for the commonest case, a request without suffixed groups on hosts without child
 * providers and with nothing shared, where it is a few comparisons. What to claim is always `candidatesOf`'s to say; a
 * property test holds the two together.
 */
export function flatRoom(request: RequestSpec, sharesNothing: boolean): RoomTest {
  const ask = sharesNothing ? flatAsk(request) : null
  if (ask === null) return () => null
  const { wanted, meetsRest } = ask
  return (host) => {
    if (host.children.length > 0) return null
    for (const [resourceClass, amount] of wanted) if (!gives(host.inventories.get(resourceClass), amount)) return false
    return meetsRest === null || meetsRest(host)
  }
}

/** A request that hosts without child providers serve with one claim on their root. */
export interface FlatAsk {
  readonly wanted: readonly (readonly [resourceClass: string, amount: number])[]
  /** What it asks for beside amounts, of which usage changes nothing; null: nothing. */
  readonly meetsRest: ((host: HostState) => boolean) | null
}

/** Null: it may take a search, even there. */
export function flatAsk({ resources }: Pick<RequestSpec, 'resources'>): FlatAsk | null {
  const [group] = resources.groups
  if (group === undefined || resources.groups.length > 1 || group.suffix !== '') return null
  const wanted = Object.entries(group.resources).filter(([, amount]) => amount > 0)
  if (wanted.length === 0 || resources.sameSubtree.length > 0) return null
  const plain = asksForNothingElse(resources, group)
  return { wanted, meetsRest: plain ? null : (host) => meetsRest(host, resources, group) }
}

/** Whether a provider gives an amount of what it has of one class. */
export function gives(inventory: InventoryUsage | undefined, amount: number): boolean {
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
