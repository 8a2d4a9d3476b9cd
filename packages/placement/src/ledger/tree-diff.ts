import type { Inventory, ProviderDeclaration } from '@novakit/core'
import type { KnownProvider } from './providers.ts'

/** What makes a stored tree equal to the declared one. */
export interface TreeDiff {
  readonly removed: readonly KnownProvider[]
  readonly changed: readonly ProviderDiff[]
  readonly added: readonly ProviderDeclaration[]
}

export interface ProviderDiff {
  readonly known: KnownProvider
  readonly declared: ProviderDeclaration
  /** Name or parent. */
  readonly renamed: boolean
  readonly newInventories: readonly (readonly [string, Inventory])[]
  readonly changedInventories: readonly (readonly [string, Inventory])[]
  readonly goneInventories: readonly string[]
  readonly newTraits: readonly string[]
  readonly goneTraits: readonly string[]
}

export function diffTree(declared: readonly ProviderDeclaration[], known: readonly KnownProvider[]): TreeDiff {
  const byId = new Map(known.map((provider) => [provider.id, provider]))
  const wanted = new Set(declared.map((provider) => provider.id))
  return {
    removed: known.filter((provider) => !wanted.has(provider.id)),
    changed: declared.flatMap((provider) => {
      const before = byId.get(provider.id)
      const diff = before === undefined ? null : diffProvider(provider, before)
      return diff === null || isSame(diff) ? [] : [diff]
    }),
    added: declared.filter((provider) => !byId.has(provider.id)),
  }
}

export function isEmpty({ removed, changed, added }: TreeDiff): boolean {
  return removed.length + changed.length + added.length === 0
}

/** Inventories and traits: what clients compare generations for. */
export function touchesContent(diff: ProviderDiff): boolean {
  const { newInventories, changedInventories, goneInventories, newTraits, goneTraits } = diff
  const lists = [newInventories, changedInventories, goneInventories, newTraits, goneTraits]
  return lists.some((list) => list.length > 0)
}

function isSame(diff: ProviderDiff): boolean {
  return !diff.renamed && !touchesContent(diff)
}

function diffProvider(declared: ProviderDeclaration, known: KnownProvider): ProviderDiff {
  const inventories = Object.entries(declared.inventories)
  const traits = new Set(declared.traits)
  return {
    known,
    declared,
    renamed: declared.name !== known.name || declared.parent !== known.parent,
    newInventories: inventories.filter(([name]) => known.inventories[name] === undefined),
    changedInventories: inventories.filter(([name, inventory]) => {
      const before = known.inventories[name]
      return before !== undefined && !isEqual(inventory, before)
    }),
    goneInventories: Object.keys(known.inventories).filter((name) => declared.inventories[name] === undefined),
    newTraits: [...traits].filter((trait) => !known.traits.includes(trait)),
    goneTraits: [...known.declaredTraits].filter((trait) => !traits.has(trait)),
  }
}

const fields = ['total', 'reserved', 'allocationRatio', 'minUnit', 'maxUnit', 'stepSize'] as const

function isEqual(a: Inventory, b: Inventory): boolean {
  return fields.every((field) => a[field] === b[field])
}
