import { defineErrors } from '../error.ts'

export const contextErrors = defineErrors('context', {
  invalid: {
    kind: 'invalid',
    help: 'never',
    message: (d: { what: string }) => `The caller is not valid: ${d.what}`,
  },
})

export const policyErrors = defineErrors('policy', {
  forbidden: {
    kind: 'forbidden',
    help: 'never',
    message: (d: { rule: string }) => `Policy does not allow ${d.rule} to this caller.`,
  },
})
