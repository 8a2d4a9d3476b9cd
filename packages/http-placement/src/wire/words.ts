import { isNovakitError, type ClaimRefusal, type NovakitError } from '@novakit/core'
import { codes, conflict, type Fault } from '../fault.ts'

/** The facts that the ledger's errors carry. */
export interface Facts {
  readonly fields: readonly ('uuid' | 'name')[]
  readonly provider: string
  readonly resourceClass: string
  readonly name: string
  readonly names: readonly string[]
  readonly parent: string
  readonly refusal: ClaimRefusal
  readonly expected: number | null
  readonly found: number | null
}

const concurrently = 'Another thread concurrently updated the data. Please retry your update'

const words: Readonly<Record<string, (d: Facts) => string>> = {
  'placement.provider_not_found': (d) => `No resource provider with uuid ${d.provider} found`,
  'placement.resource_class_not_found': (d) => `No such resource class ${d.name}.`,
  'placement.resource_class_standard': (d) => `Cannot delete standard resource class ${d.name}.`,
  'placement.resource_class_in_use': (d) => `Cannot delete resource class ${d.name}. Class is in use in inventory.`,
  'placement.trait_not_found': (d) => `No such trait(s): ${d.names.join(', ')}.`,
  'placement.trait_standard': (d) => `Cannot delete standard trait ${d.name}.`,
  'placement.trait_in_use': (d) => `The trait ${d.name} is in use by a resource provider.`,
  'placement.inventory_in_use': (d) =>
    `Inventory for '${d.resourceClass}' on resource provider '${d.provider}' in use.`,
  'placement.inventory_not_found': (d) => `No inventory of class ${d.resourceClass} found.`,
  'placement.generation_conflict': () => concurrently,
  'placement.provider_in_use': () => 'Resource provider has allocations.',
  'placement.parent_not_found': () => action('create', 'parent provider UUID does not exist.'),
  'placement.parent_is_itself': () =>
    action(
      'create',
      'parent provider UUID cannot be same as UUID. Please set parent provider UUID to None if there is no parent.',
    ),
  'placement.parent_is_set': (d) =>
    action('update', `${d.parent === null ? 'un' : 're'}-parenting a provider is not currently allowed.`),
  'placement.tree_loop': () => action('update', 'creating loop in the provider tree is not allowed.'),
  'placement.refused': ({ refusal }) => refused(refusal),
}

function action(name: string, reason: string): string {
  return `Object action ${name} failed because: ${reason}`
}

function refused(refusal: ClaimRefusal): string {
  if (refusal.kind === 'race' || refusal.kind === 'guard') return concurrently
  const { resourceClass, provider } = refusal
  const what = `'${resourceClass}' on resource provider '${provider}'`
  if (refusal.kind === 'no_inventory') return `Inventory for ${what} invalid.`
  const why = refusal.kind === 'unit' ? 'violate inventory constraints' : 'exceed the capacity'
  return `Unable to create allocation for ${what}. The requested amount would ${why}.`
}

/** An error of the ledger as clients of Placement know it. What has no such words keeps its own. */
export function wordsOf(error: NovakitError): string {
  return words[error.code]?.(error.detail as Facts) ?? error.message
}

/** What a handler answers to an error of the ledger, by its code. */
export type Faults = Readonly<Record<string, (words: string, facts: Facts) => Fault>>

/** Does `work`, and gives its errors the words of this place. Others pass through. */
export async function wording<T>(faults: Faults, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const make = isNovakitError(error) ? faults[error.code] : undefined
    if (make === undefined || !isNovakitError(error)) throw error
    throw make(wordsOf(error), error.detail as Facts)
  }
}

export function concurrentUpdate(detail: string): Fault {
  return conflict(detail, codes.concurrentUpdate)
}
