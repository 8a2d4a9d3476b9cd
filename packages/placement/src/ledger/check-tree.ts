import { placementErrors, type Inventory, type ProviderDeclaration, type ProviderId } from '@novakit/core'
import { ledgerErrors, told } from '../errors.ts'

const MAX_NAME = 200
const MAX_ID = 64
/** Placement's integers. */
export const MAX_AMOUNT = 2 ** 31 - 1
/** Of one provider: what reads it whole, as a search does, does so in one go. Hardware has a few dozen of each. */
export const MOST = { inventories: 1000, traits: 1000, aggregates: 5000 } as const
/** Placement's greatest allocation ratio. */
const MAX_RATIO = 3.402_82e38
/** Standard names and `CUSTOM_…` alike. */
const symbol = /^[A-Z0-9_]{1,255}$/

/** Root first, parents before their children, names and inventories as Placement takes them. */
export function checkTree(root: ProviderId, providers: readonly ProviderDeclaration[]): void {
  const seen = new Set<ProviderId>()
  for (const provider of providers) {
    const { id, name, parent } = provider
    const isRoot = seen.size === 0
    demand(id.length > 0 && id.length <= MAX_ID, `a provider has an id of ${id.length} characters`)
    demand(!seen.has(id), `provider ${id} is declared twice`)
    demand(name.length > 0 && name.length <= MAX_NAME, `provider ${id} has a name of ${name.length} characters`)
    demand(!isRoot || (id === root && parent === null), `the tree of ${root} does not begin with its root`)
    checkCount(id, 'inventories', Object.keys(provider.inventories).length)
    checkCount(id, 'traits', provider.traits.length)
    demand(isRoot || (parent !== null && seen.has(parent)), `the parent of provider ${id} is not declared before it`)
    checkTraits(id, provider.traits)
    for (const [resourceClass, inventory] of Object.entries(provider.inventories)) {
      checkInventory(id, resourceClass, inventory)
    }
    seen.add(id)
  }
  demand(seen.size > 0, `the tree of ${root} has no provider; remove it instead`)
}

/** @throws `placement.invalid` */
export function checkTraits(provider: ProviderId, traits: readonly string[]): void {
  for (const trait of traits) demand(symbol.test(trait), `provider ${provider} has a trait ${JSON.stringify(trait)}`)
}

export function checkInventory(provider: ProviderId, resourceClass: string, inventory: Inventory): void {
  const what = fault(resourceClass, inventory)
  if (what !== null) throw placementErrors.invalid_inventory({ provider, resourceClass, what })
}

function fault(resourceClass: string, { total, reserved, allocationRatio, ...units }: Inventory): string | null {
  if (!symbol.test(resourceClass)) return 'a class is named in capitals, digits and underscores.'
  if (!isAmount(total, 1)) return `total is ${total}; it is a whole number from 1 to ${MAX_AMOUNT}.`
  if (!isAmount(reserved, 0) || reserved > total)
    return `reserved is ${reserved}; it is a whole number from 0 to total.`
  if (!(allocationRatio > 0 && allocationRatio <= MAX_RATIO)) return `allocationRatio is ${allocationRatio}.`
  for (const name of ['minUnit', 'maxUnit', 'stepSize'] as const) {
    if (!isAmount(units[name], 1)) return `${name} is ${units[name]}; it is a whole number from 1 to ${MAX_AMOUNT}.`
  }
  return null
}

function isAmount(value: number, least: number): boolean {
  return Number.isInteger(value) && value >= least && value <= MAX_AMOUNT
}

/** @throws `placement.provider_too_large` */
export function checkCount(provider: ProviderId, what: keyof typeof MOST, count: number): void {
  if (count > MOST[what]) throw told(ledgerErrors.provider_too_large, { provider, what, most: MOST[what] })
}

function demand(holds: boolean, what: string): void {
  if (!holds) throw placementErrors.invalid({ what: `${what}.` })
}
