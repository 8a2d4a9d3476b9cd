import { defineErrors } from '@novakit/core/vocabulary'

/** What our side of the connection finds, then what libvirt answers, in kinds. libvirt's own words are in `detail`. */
export const libvirtErrors = defineErrors('libvirt', {
  bad_uri: {
    kind: 'invalid',
    help: 'never',
    message: (d: { what: string }) => `The libvirt URI cannot be used: ${d.what}`,
  },
  invalid_argument: {
    kind: 'invalid',
    help: 'never',
    message: (d: { what: string }) => `A call to libvirt cannot be written: ${d.what}.`,
  },
  unreachable: {
    kind: 'unavailable',
    help: 'later',
    message: () => 'The libvirt daemon cannot be reached.',
  },
  connection_lost: {
    kind: 'unavailable',
    help: 'same',
    message: () => 'The connection to libvirt broke. Whether the call took effect is not known.',
  },
  closed: {
    kind: 'unavailable',
    help: 'later',
    message: () => 'This connection to libvirt was closed.',
  },
  timeout: {
    kind: 'unavailable',
    help: 'later',
    message: (d: { procedure: string }) => `The libvirt daemon did not answer ${d.procedure} in time.`,
  },
  cancelled: {
    kind: 'unavailable',
    help: 'same',
    message: (d: { procedure: string }) => `${d.procedure} was broken off by its caller.`,
  },
  malformed: {
    kind: 'internal',
    help: 'elsewhere',
    message: (d: { what: string }) => `The other side does not speak libvirt's protocol as it should: ${d.what}.`,
  },
  auth_unsupported: {
    kind: 'unauthenticated',
    help: 'never',
    message: (d: { offered: string }) =>
      `The libvirt daemon asks for authentication by ${d.offered}, which this client cannot do.`,
  },
  too_old: {
    kind: 'unsupported',
    help: 'elsewhere',
    message: (d: { what: string }) => `The libvirt daemon is too old: it has no ${d.what}.`,
  },
  stream_broken: {
    kind: 'unavailable',
    help: 'same',
    message: (d: { what: string }) => `A stream of libvirt broke: ${d.what}.`,
  },
  not_found: {
    kind: 'not_found',
    help: 'never',
    message: () => 'The hypervisor has no such thing.',
  },
  already_exists: {
    kind: 'conflict',
    help: 'never',
    message: () => 'The hypervisor has one of this name already.',
  },
  invalid_request: {
    kind: 'invalid',
    help: 'never',
    message: () => 'The hypervisor does not take the request as it is.',
  },
  wrong_state: {
    kind: 'conflict',
    help: 'later',
    message: () => 'The hypervisor cannot do that in the present state.',
  },
  busy: {
    kind: 'conflict',
    help: 'later',
    message: () => 'Something else is being done with it on the hypervisor.',
  },
  denied: {
    kind: 'forbidden',
    help: 'never',
    message: () => 'The hypervisor does not allow it.',
  },
  unsupported: {
    kind: 'unsupported',
    help: 'elsewhere',
    message: () => 'The hypervisor cannot do that.',
  },
  incompatible_cpu: {
    kind: 'unsupported',
    help: 'elsewhere',
    message: () => 'The CPU of the host does not fit the guest.',
  },
  migration_unsafe: {
    kind: 'conflict',
    help: 'never',
    message: () => 'The guest cannot be migrated safely as it is.',
  },
  agent_unresponsive: {
    kind: 'unavailable',
    help: 'later',
    message: () => 'The agent in the guest does not answer.',
  },
  operation_timeout: {
    kind: 'unavailable',
    help: 'later',
    message: () => 'The hypervisor gave the operation up: it took too long.',
  },
  operation_aborted: {
    kind: 'conflict',
    help: 'same',
    message: () => 'The operation was aborted on the hypervisor.',
  },
  failed: {
    kind: 'internal',
    help: 'elsewhere',
    message: () => 'The hypervisor could not do it.',
  },
})
