import { defineErrors } from '@novakit/core'

export const labErrors = defineErrors('lab', {
  wrong_use: { kind: 'invalid', help: 'never', message: (d: { what: string }) => d.what },
  unreadable: {
    kind: 'invalid',
    help: 'never',
    message: (d: { file: string; what: string }) => `${d.file} cannot be read: ${d.what}`,
  },
  invalid_workload: {
    kind: 'invalid',
    help: 'never',
    message: (d: { file: string; what: string }) => `${d.file} is no valid workload: ${d.what}`,
  },
  invalid_table: {
    kind: 'invalid',
    help: 'never',
    message: (d: { file: string; line: number; what: string }) => `${d.file}, line ${d.line}: ${d.what}`,
  },
  invalid_cell: {
    kind: 'invalid',
    help: 'never',
    message: (d: { file: string; line: number; column: string; what: string }) =>
      `${d.file}, line ${d.line}, column ${d.column}: ${d.what}`,
  },
  unknown_policy: {
    kind: 'invalid',
    help: 'never',
    message: (d: { name: string; known: readonly string[] }) =>
      `The lab has no policy ${d.name}. It has: ${d.known.join(', ')}; or give one under "policy".`,
  },
})
