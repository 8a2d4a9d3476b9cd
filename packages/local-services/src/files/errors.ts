import { defineErrors } from '@novakit/core'

export const fileErrors = defineErrors('file', {
  unsafe: {
    kind: 'internal',
    help: 'never',
    message: () => 'A file or folder of the service is not what it should be. The operator finds the cause in the log.',
  },
})
