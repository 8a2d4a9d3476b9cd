import { defineErrors } from '../error.ts'

export const sealedErrors = defineErrors('sealed', {
  cannot_open: {
    kind: 'internal',
    help: 'never',
    message: () => 'A stored secret cannot be opened: the key is not the one it was sealed with.',
  },
  bad_key: {
    kind: 'invalid',
    help: 'never',
    message: (d: { file: string; what: string }) => `The key file ${d.file} cannot be used: ${d.what}`,
  },
})
