import { defineErrors } from '@novakit/core'

export const traceErrors = defineErrors('trace', {
  malformed: {
    kind: 'invalid',
    help: 'never',
    message: (d: { file: string; line: number; what: string }) => `${d.file}, line ${d.line}: ${d.what}`,
  },
  wrong_use: {
    kind: 'invalid',
    help: 'never',
    message: (d: { what: string }) => d.what,
  },
})
