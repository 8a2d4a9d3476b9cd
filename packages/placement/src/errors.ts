import { defineErrors, type ClaimRefusal } from '@novakit/core'

/** Beside those of core's ledger port. Whoever throws one puts its facts into `detail` too, for an edge to word anew. */
export const ledgerErrors = defineErrors('placement', {
  resource_class_not_found: {
    kind: 'not_found',
    help: 'never',
    message: (d: { name: string }) => `There is no resource class ${d.name}.`,
  },
  resource_class_exists: {
    kind: 'conflict',
    help: 'never',
    message: (d: { name: string }) => `There is a resource class ${d.name} already.`,
  },
  resource_class_standard: {
    kind: 'invalid',
    help: 'never',
    message: (d: { name: string }) => `${d.name} is a standard resource class, which nobody can change.`,
  },
  resource_class_in_use: {
    kind: 'conflict',
    help: 'later',
    message: (d: { name: string }) => `There are inventories of resource class ${d.name}.`,
  },
  trait_not_found: {
    kind: 'not_found',
    help: 'never',
    message: (d: { names: readonly string[] }) => `There is no trait ${d.names.join(', ')}.`,
  },
  trait_standard: {
    kind: 'invalid',
    help: 'never',
    message: (d: { name: string }) => `${d.name} is a standard trait, which nobody can change.`,
  },
  trait_in_use: {
    kind: 'conflict',
    help: 'later',
    message: (d: { name: string }) => `Resource providers have the trait ${d.name}.`,
  },
  provider_exists: {
    kind: 'conflict',
    help: 'never',
    message: (d: { fields: readonly ('uuid' | 'name')[] }) =>
      `There is a resource provider with this ${d.fields.join(' and ')} already.`,
  },
  provider_has_children: {
    kind: 'conflict',
    help: 'later',
    message: (d: { provider: string }) => `Resource provider ${d.provider} has children.`,
  },
  generation_conflict: {
    kind: 'conflict',
    help: 'same',
    message: (d: { provider: string; expected: number; found: number }) =>
      `Resource provider ${d.provider} is at generation ${d.found}, not ${d.expected}.`,
  },
  consumer_generation_conflict: {
    kind: 'conflict',
    help: 'same',
    message: (d: { consumer: string; expected: number | null; found: number | null }) =>
      `Consumer ${d.consumer} is at generation ${d.found ?? 'none'}, not ${d.expected ?? 'none'}.`,
  },
  parent_not_found: {
    kind: 'invalid',
    help: 'never',
    message: (d: { parent: string }) => `There is no resource provider ${d.parent} to be a parent.`,
  },
  parent_is_itself: {
    kind: 'invalid',
    help: 'never',
    message: (d: { provider: string }) => `Resource provider ${d.provider} cannot be its own parent.`,
  },
  tree_loop: {
    kind: 'invalid',
    help: 'never',
    message: (d: { provider: string; parent: string }) =>
      `Resource provider ${d.provider} cannot stand below ${d.parent}, which stands below it.`,
  },
  parent_is_set: {
    kind: 'invalid',
    help: 'never',
    message: (d: { provider: string; parent: string | null }) =>
      `The parent of resource provider ${d.provider} is set already.`,
  },
  provider_too_large: {
    kind: 'invalid',
    help: 'never',
    message: (d: { provider: string; what: string; most: number }) =>
      `Resource provider ${d.provider} would have more than ${d.most} ${d.what}. Divide them between child providers.`,
  },
  inventory_exists: {
    kind: 'conflict',
    help: 'never',
    message: (d: { provider: string; resourceClass: string }) =>
      `Resource provider ${d.provider} has an inventory of ${d.resourceClass} already.`,
  },
  inventory_not_found: {
    kind: 'not_found',
    help: 'never',
    message: (d: { provider: string; resourceClass: string }) =>
      `Resource provider ${d.provider} has no inventory of ${d.resourceClass}.`,
  },
  no_capacity: {
    kind: 'invalid',
    help: 'never',
    message: (d: { provider: string; resourceClass: string }) =>
      `The inventory of ${d.resourceClass} on resource provider ${d.provider} would have no capacity.`,
  },
  unknown_provider: {
    kind: 'invalid',
    help: 'never',
    message: (d: { provider: string }) => `There is no resource provider ${d.provider} to take from.`,
  },
  refused: {
    kind: 'conflict',
    help: 'elsewhere',
    message: (d: { refusal: ClaimRefusal }) =>
      `The allocation of consumer ${d.refusal.consumer} was refused: ${d.refusal.kind}.`,
  },
  remote_failed: {
    kind: 'unavailable',
    help: 'later',
    message: (d: { what: string }) => `The remote Placement failed: ${d.what}`,
  },
  nothing_allocated: {
    kind: 'not_found',
    help: 'never',
    message: (d: { consumer: string }) => `Consumer ${d.consumer} has no allocations.`,
  },
})

/** The same facts for the message and for whoever words it anew. */
export function told<Facts, Made>(make: (facts: Facts, extra: { detail: unknown }) => Made, facts: Facts): Made {
  return make(facts, { detail: facts })
}
