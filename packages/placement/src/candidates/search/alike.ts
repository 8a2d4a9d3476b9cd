import type { InventoryUsage } from '@novakit/core'
import type { TreeProvider } from '../types.ts'

/** Which providers of a tree are interchangeable: any candidate is as good with the one as with the other. */
export interface Alike {
  /** Providers of one kind are alike. */
  readonly kinds: readonly number[]
  /** The provider before it that is alike; -1: there is none. */
  readonly previous: readonly number[]
  /** Whether any two are. */
  readonly some: boolean
}

const known = new WeakMap<readonly TreeProvider[], Alike>()

/** Leaves under one parent that differ in nothing but their id and name. */
export function alikeIn(providers: readonly TreeProvider[]): Alike {
  for (const _ of alikePieces(providers));
  return known.get(providers) as Alike
}

const PIECE = 2000

/** Works it out, and yields after each piece of the work; {@link alikeIn} then knows it. */
export function* alikePieces(providers: readonly TreeProvider[]): Iterable<void> {
  if (known.has(providers)) return
  const parents = new Set(providers.map((provider) => provider.parent))
  const latest = new Map<string, number>()
  const kinds: number[] = []
  const previous: number[] = []
  for (const [position, provider] of providers.entries()) {
    if (position % PIECE === PIECE - 1) yield
    const isLeaf = provider.parent !== null && !parents.has(provider.id)
    const look = isLeaf ? lookOf(provider) : provider.id
    const twin = latest.get(look) ?? -1
    previous.push(twin)
    kinds.push(twin < 0 ? position : (kinds[twin] as number))
    latest.set(look, position)
  }
  known.set(providers, { kinds, previous, some: previous.some((twin) => twin >= 0) })
}

const looks = new WeakMap<TreeProvider, string>()

function lookOf(provider: TreeProvider): string {
  const before = looks.get(provider)
  if (before !== undefined) return before
  const { parent, traits, aggregates, inventories } = provider
  const stock = [...inventories].toSorted(([a], [b]) => (a < b ? -1 : 1))
  const look = JSON.stringify([parent, [...traits].toSorted(), aggregates.toSorted(), stock.map(flat)])
  looks.set(provider, look)
  return look
}

function flat([resourceClass, inventory]: readonly [string, InventoryUsage]) {
  const { total, reserved, allocationRatio, minUnit, maxUnit, stepSize, used } = inventory
  return [resourceClass, total, reserved, allocationRatio, minUnit, maxUnit, stepSize, used]
}
