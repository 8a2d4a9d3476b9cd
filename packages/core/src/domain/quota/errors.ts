import { defineErrors } from '../error.ts'

export const quotaErrors = defineErrors('quota', {
  exceeded: {
    kind: 'over_quota',
    help: 'later',
    message: (d: { resource: string; requested: number; used: number; limit: number }) =>
      `Quota exceeded for ${d.resource}: ${d.requested} asked for, ${d.used} of ${d.limit} used.`,
  },
  unknown_resource: {
    kind: 'invalid',
    help: 'never',
    message: (d: { resource: string }) => `There is no quota for ${d.resource}.`,
  },
  invalid: {
    kind: 'invalid',
    help: 'never',
    message: (d: { what: string }) => `The quota is not valid: ${d.what}`,
  },
})
