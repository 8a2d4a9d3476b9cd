import { defineErrors } from '@novakit/core/vocabulary'

export const userDataErrors = defineErrors('user_data', {
  too_large: {
    kind: 'too_large',
    help: 'never',
    message: (d: { bytes: number; most: number }) =>
      `The user data has ${d.bytes} bytes, and may have ${d.most}: as base64 it would be longer than a server takes.`,
  },
  invalid: {
    kind: 'invalid',
    help: 'never',
    message: (d: { what: string }) => `The user data is not valid: ${d.what}.`,
  },
})
