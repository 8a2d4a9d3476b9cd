import { defineErrors } from '@novakit/core/vocabulary'

export const requestErrors = defineErrors('request', {
  body_too_large: {
    kind: 'too_large',
    help: 'never',
    message: (d: { most: number }) =>
      `The body of the request is longer than ${d.most} bytes. Send it in several requests.`,
  },
})
