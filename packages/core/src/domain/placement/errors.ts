import { defineErrors } from '../error.ts'

export const placementErrors = defineErrors('placement', {
  provider_not_found: {
    kind: 'not_found',
    help: 'never',
    message: (d: { provider: string }) => `There is no resource provider ${d.provider}.`,
  },
  provider_in_use: {
    kind: 'conflict',
    help: 'later',
    message: (d: { provider: string }) => `Resource provider ${d.provider} has allocations.`,
  },
  inventory_in_use: {
    kind: 'conflict',
    help: 'later',
    message: (d: { provider: string; resourceClass: string }) =>
      `The inventory of ${d.resourceClass} on resource provider ${d.provider} is in use.`,
  },
  invalid_inventory: {
    kind: 'invalid',
    help: 'never',
    message: (d: { provider: string; resourceClass: string; what: string }) =>
      `The inventory of ${d.resourceClass} on resource provider ${d.provider} is not valid: ${d.what}`,
  },
  invalid: {
    kind: 'invalid',
    help: 'never',
    message: (d: { what: string }) => `The placement request is not valid: ${d.what}`,
  },
})
