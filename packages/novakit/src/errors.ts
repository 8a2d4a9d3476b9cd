import { defineErrors } from '@novakit/core'

export const cloudErrors = defineErrors('cloud', {
  invalid_options: {
    kind: 'invalid',
    help: 'never',
    message: (d: { what: string }) => `The options of the cloud are not valid: ${d.what}`,
  },
})
