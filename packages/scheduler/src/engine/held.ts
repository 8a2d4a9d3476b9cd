import type { Choice, HostState, InventoryUsage, ProviderId, ProviderState, Resources } from '@novakit/core'

/** Amounts that count as used on top of a snapshot. */
export interface Held {
  /** @returns the providers whose sums changed; some may be there twice */
  hold(key: string, choices: readonly Choice[]): readonly ProviderId[]
  /** @returns the providers whose sums changed */
  release(key: string): readonly ProviderId[]
  /** Provider → class → amount; no zeros, and no provider without an amount. */
  readonly sums: Sums
}

export type Sums = ReadonlyMap<ProviderId, ReadonlyMap<string, number>>

export function openHeld(): Held {
  const byKey = new Map<string, readonly Choice[]>()
  const sums = new Map<ProviderId, Map<string, number>>()
  const add = (choices: readonly Choice[], sign: 1 | -1, touched: ProviderId[]): void => {
    for (const { chosen } of choices) {
      for (const [provider, resources] of chosen.allocations) {
        addTo(sums, provider, resources, sign)
        touched.push(provider)
      }
    }
  }
  const release = (key: string, touched: ProviderId[]): void => {
    const before = byKey.get(key)
    if (before === undefined) return
    byKey.delete(key)
    add(before, -1, touched)
  }
  return {
    sums,
    hold: (key, choices) => {
      const touched: ProviderId[] = []
      release(key, touched)
      if (choices.length > 0) byKey.set(key, choices)
      add(choices, 1, touched)
      return touched
    },
    release: (key) => {
      const touched: ProviderId[] = []
      release(key, touched)
      return touched
    },
  }
}

function addTo(
  sums: Map<ProviderId, Map<string, number>>,
  provider: ProviderId,
  resources: Resources,
  sign: 1 | -1,
): void {
  const before = sums.get(provider)
  const sum = before ?? new Map<string, number>()
  for (const resourceClass in resources) {
    if (!Object.hasOwn(resources, resourceClass)) continue
    const total = (sum.get(resourceClass) ?? 0) + sign * (resources[resourceClass] ?? 0)
    if (total === 0) sum.delete(resourceClass)
    else sum.set(resourceClass, total)
  }
  if (sum.size === 0) sums.delete(provider)
  else if (before === undefined) sums.set(provider, sum)
}

/** The very same host if nothing is held on it. */
export function hostWith(host: HostState, sums: Sums): HostState {
  const children = providersWith(host.children, sums)
  const sum = sums.get(host.provider)
  if (sum === undefined && children === host.children) return host
  return { ...host, inventories: inventoriesWith(host.inventories, sum), children }
}

/** The very same list if nothing is held on any of them. */
export function providersWith(providers: readonly ProviderState[], sums: Sums): readonly ProviderState[] {
  if (!providers.some(({ id }) => sums.has(id))) return providers
  return providers.map((each) => {
    const sum = sums.get(each.id)
    return sum === undefined ? each : { ...each, inventories: inventoriesWith(each.inventories, sum) }
  })
}

function inventoriesWith(
  inventories: ReadonlyMap<string, InventoryUsage>,
  sum: ReadonlyMap<string, number> | undefined,
): ReadonlyMap<string, InventoryUsage> {
  if (sum === undefined) return inventories
  const after = new Map(inventories)
  for (const [resourceClass, amount] of sum) {
    const inventory = after.get(resourceClass)
    if (inventory !== undefined) after.set(resourceClass, { ...inventory, used: inventory.used + amount })
  }
  return after
}
