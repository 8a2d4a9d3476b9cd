import { defineErrors } from '../error.ts'

export const serverErrors = defineErrors('server', {
  not_found: {
    kind: 'not_found',
    help: 'never',
    message: (d: { server: string }) => `There is no server ${d.server} in this project.`,
  },
  invalid: {
    kind: 'invalid',
    help: 'never',
    message: (d: { what: string }) => `The request for a server is not valid: ${d.what}`,
  },
  wrong_state: {
    kind: 'conflict',
    help: 'later',
    message: (d: { server: string; action: string; vmState: string; taskState: string | null }) =>
      `Server ${d.server} cannot ${d.action} while it is ${d.vmState}${d.taskState === null ? '' : ` and ${d.taskState}`}.`,
  },
  never_launched: {
    kind: 'conflict',
    help: 'never',
    message: (d: { server: string; action: string }) =>
      `Server ${d.server} cannot ${d.action}: it was never started. Delete it.`,
  },
  reset_to_error: {
    kind: 'internal',
    help: 'never',
    message: (d: { server: string }) => `An operator has set server ${d.server} to error.`,
  },
  locked: {
    kind: 'conflict',
    help: 'later',
    message: (d: { server: string }) => `Server ${d.server} is locked. Unlock it first.`,
  },
  changed_meanwhile: {
    kind: 'conflict',
    help: 'same',
    message: (d: { server: string }) =>
      `Server ${d.server} changed while this was under way. Look at it and ask again.`,
  },
  host_is_up: {
    kind: 'conflict',
    help: 'never',
    message: (d: { server: string; host: string }) =>
      `The host ${d.host} of server ${d.server} is up. Only what is on a dead host is evacuated; say that it is down first, if it is.`,
  },
  no_host: {
    kind: 'conflict',
    help: 'later',
    message: (d: { server: string }) => `Server ${d.server} is on no host.`,
  },
  no_valid_host: {
    kind: 'unavailable',
    help: 'later',
    message: (d: { why: string }) => `No valid host was found. ${d.why}`,
  },
  build_failed: {
    kind: 'internal',
    help: 'later',
    message: (d: { attempts: number }) =>
      `The server could not be built; ${d.attempts} ${d.attempts === 1 ? 'attempt was' : 'attempts were'} made.`,
  },
  deleted_meanwhile: {
    kind: 'conflict',
    help: 'never',
    message: (d: { server: string }) => `Server ${d.server} was deleted while it was being built.`,
  },
  until_timeout: {
    kind: 'unavailable',
    help: 'later',
    message: (d: { server: string; wanted: string; status: string }) =>
      `Server ${d.server} is ${d.status} and did not become ${d.wanted} in the time given. It goes on by itself.`,
  },
  ended_otherwise: {
    kind: 'conflict',
    help: 'never',
    message: (d: { server: string; wanted: string; status: string; why: string }) =>
      `Server ${d.server} will not become ${d.wanted}: it is ${d.status}. ${d.why}`,
  },
})
