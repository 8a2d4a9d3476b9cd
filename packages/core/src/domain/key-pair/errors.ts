import { defineErrors } from '../error.ts'

export const keyPairErrors = defineErrors('key_pair', {
  not_found: {
    kind: 'not_found',
    help: 'never',
    message: (d: { name: string }) => `There is no key pair ${d.name}.`,
  },
  exists: {
    kind: 'conflict',
    help: 'never',
    message: (d: { name: string }) =>
      `A key pair with the name ${d.name} exists already. Delete it or choose another name.`,
  },
  invalid: {
    kind: 'invalid',
    help: 'never',
    message: (d: { what: string }) => `The key pair is not valid: ${d.what}`,
  },
})
