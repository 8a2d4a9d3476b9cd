import { defineErrors } from '@novakit/core/vocabulary'

export const firstBootErrors = defineErrors('first_boot', {
  invalid: {
    kind: 'invalid',
    help: 'never',
    message: (d: { what: string }) => `The server cannot be told what it is to be told: ${d.what}.`,
  },
})
