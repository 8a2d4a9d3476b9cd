import { defineErrors } from '../error.ts'

export const volumeErrors = defineErrors('volume', {
  not_found: {
    kind: 'not_found',
    help: 'never',
    message: (d: { volume: string }) => `There is no volume ${d.volume} that this project may use.`,
  },
  invalid: {
    kind: 'invalid',
    help: 'never',
    message: (d: { what: string }) => `The request about a volume is not valid: ${d.what}`,
  },
  conflict: {
    kind: 'conflict',
    help: 'never',
    message: (d: { volume: string; what: string }) => `Volume ${d.volume} ${d.what}.`,
  },
  not_attached: {
    kind: 'not_found',
    help: 'never',
    message: (d: { volume: string; server: string }) => `Server ${d.server} has no volume ${d.volume}.`,
  },
  attachment_not_found: {
    kind: 'not_found',
    help: 'never',
    message: (d: { attachment: string }) => `There is no attachment ${d.attachment}.`,
  },
  unreachable: {
    kind: 'unavailable',
    help: 'later',
    message: (d: { volume: string }) => `Volume ${d.volume} cannot be had on this host at the moment.`,
  },
})
