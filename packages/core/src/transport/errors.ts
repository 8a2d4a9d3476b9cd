import { defineErrors } from '../domain/error.ts'

export const unixSocketErrors = defineErrors('unix_socket', {
  in_use: {
    kind: 'conflict',
    help: 'never',
    message: (d: { path: string }) => `Another process already serves ${d.path}.`,
  },
  unusable: {
    kind: 'invalid',
    help: 'never',
    message: (d: { path: string; what: string }) => `The socket ${d.path} cannot be used: ${d.what}`,
  },
})
