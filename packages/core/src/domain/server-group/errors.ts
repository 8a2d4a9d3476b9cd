import { defineErrors } from '../error.ts'

export const serverGroupErrors = defineErrors('server_group', {
  not_found: {
    kind: 'not_found',
    help: 'never',
    message: (d: { group: string }) => `There is no server group ${d.group} in this project.`,
  },
  invalid: {
    kind: 'invalid',
    help: 'never',
    message: (d: { what: string }) => `The server group is not valid: ${d.what}`,
  },
})
