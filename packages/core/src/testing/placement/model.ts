import type { ClaimRefusal } from '../../domain/placement/claim.ts'

/** A claim of the model: amounts of one class by host, counters with their limits, one value per pin. */
export interface ModelClaim {
  readonly consumer: string
  readonly operation: string
  /** Host → class → amount. */
  readonly taking: Readonly<Record<string, Readonly<Record<string, number>>>>
  readonly counters: Readonly<Record<string, { readonly by: number; readonly max: number }>>
  readonly pins: Readonly<Record<string, string>>
}

type Held = Pick<ModelClaim, 'taking' | 'counters' | 'pins'>

/** The ledger's rules in the fewest words: the whole state after a call is looked at, not how to get there. */
export interface Model {
  /** Host → class → total. Ratio 1, units of 1. */
  readonly hosts: Map<string, Readonly<Record<string, number>>>
  readonly holders: Map<string, Held>
}

export function emptyModel(): Model {
  return { hosts: new Map(), holders: new Map() }
}

export function usedOf({ holders }: Model, host: string, resourceClass: string): number {
  return sum([...holders.values()].map((held) => held.taking[host]?.[resourceClass] ?? 0))
}

/** Whether the declaration is taken. */
export function modelDeclare(model: Model, host: string, totals: Readonly<Record<string, number>>): boolean {
  const before = model.hosts.get(host) ?? {}
  const dropped = Object.keys(before).filter((resourceClass) => totals[resourceClass] === undefined)
  if (dropped.some((resourceClass) => usedOf(model, host, resourceClass) > 0)) return false
  model.hosts.set(host, totals)
  return true
}

/** What is wrong with the state that the claims would lead to. They are taken if nothing is. */
export function modelClaim(model: Model, claims: readonly ModelClaim[]): ReadonlySet<ClaimRefusal['kind']> {
  const after: Model = { hosts: model.hosts, holders: new Map(model.holders) }
  for (const { consumer, ...held } of claims) after.holders.set(consumer, held)
  const wrong = new Set<ClaimRefusal['kind']>()
  for (const { taking } of claims) {
    for (const [host, resources] of Object.entries(taking)) {
      for (const resourceClass of Object.keys(resources)) {
        const total = model.hosts.get(host)?.[resourceClass]
        const now = usedOf(after, host, resourceClass)
        if (total === undefined) wrong.add('no_inventory')
        else if (now > total && now > usedOf(model, host, resourceClass)) wrong.add('capacity')
      }
    }
  }
  if (breaksCounter(model, after, claims) || breaksPin(after)) wrong.add('guard')
  if (wrong.size === 0) for (const [consumer, held] of after.holders) model.holders.set(consumer, held)
  return wrong
}

function breaksCounter(before: Model, after: Model, claims: readonly ModelClaim[]): boolean {
  const held = ({ holders }: Model, key: string): number =>
    sum([...holders.values()].map(({ counters }) => counters[key]?.by ?? 0))
  return claims.some(({ counters }) =>
    Object.entries(counters).some(([key, { max }]) => held(after, key) > max && held(after, key) > held(before, key)),
  )
}

function breaksPin({ holders }: Model): boolean {
  const values = new Map<string, string>()
  for (const { pins } of holders.values()) {
    for (const [key, value] of Object.entries(pins)) {
      if ((values.get(key) ?? value) !== value) return true
      values.set(key, value)
    }
  }
  return false
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0)
}
