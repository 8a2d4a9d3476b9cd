import { defineErrors } from '@novakit/core'

export const serverFileErrors = defineErrors('server_file', {
  unreadable: {
    kind: 'invalid',
    help: 'never',
    message: (d: { file: string; what: string }) => `${d.file} cannot be read: ${d.what}.`,
  },
  invalid: {
    kind: 'invalid',
    help: 'never',
    message: (d: { file: string; what: string }) => `${d.file} describes no server: ${d.what}`,
  },
})
