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
  partition_missing: {
    kind: 'invalid',
    help: 'never',
    message: (d: { group: string }) =>
      `Server group ${d.group} has partitions: name the server's by the hint partition.`,
  },
  partition_unused: {
    kind: 'invalid',
    help: 'never',
    message: () => 'The hint partition is for servers of a group with the policy partition only.',
  },
})
