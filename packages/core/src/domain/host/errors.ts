import { defineErrors } from '../error.ts'

export const hostErrors = defineErrors('host', {
  not_found: {
    kind: 'not_found',
    help: 'never',
    message: (d: { host: string }) => `There is no host ${d.host}.`,
  },
  invalid: {
    kind: 'invalid',
    help: 'never',
    message: (d: { what: string }) => `The request about a host is not valid: ${d.what}`,
  },
  unreachable: {
    kind: 'unavailable',
    help: 'later',
    // Which host it is shows where a server runs: that is not for its owner, and stands in the detail.
    message: () => 'The host does not answer.',
  },
  refused: {
    kind: 'internal',
    help: 'elsewhere',
    message: () => 'The host could not do it.',
  },
  stale_epoch: {
    kind: 'conflict',
    help: 'never',
    message: () => 'The command is out of date: the guest changed hands since.',
  },
  unsupported: {
    kind: 'unsupported',
    help: 'elsewhere',
    message: (d: { what: string }) => `The host's hypervisor cannot ${d.what}.`,
  },
})
