import { defineErrors } from '@novakit/core'

export const decideErrors = defineErrors('decide_file', {
  unreadable: {
    kind: 'invalid',
    help: 'never',
    message: (d: { file: string; what: string }) => `${d.file} cannot be read: ${d.what}.`,
  },
  invalid: {
    kind: 'invalid',
    help: 'never',
    message: (d: { file: string; what: string }) => `${d.file} is not as it should be: ${d.what}`,
  },
  wrong_use: {
    kind: 'invalid',
    help: 'never',
    message: (d: { what: string }) => d.what,
  },
})
