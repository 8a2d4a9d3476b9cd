import { defineErrors } from '../error.ts'

export const operationErrors = defineErrors('operation', {
  not_found: {
    kind: 'not_found',
    help: 'never',
    message: (d: { operation: string }) => `There is no operation ${d.operation}.`,
  },
  lease_lost: {
    kind: 'internal',
    help: 'never',
    message: (d: { operation: string }) => `Another worker has taken operation ${d.operation} over.`,
  },
  key_reused: {
    kind: 'conflict',
    help: 'never',
    message: () => 'This idempotency key was used for a different request. Use a new key for a new request.',
  },
  deadline: {
    kind: 'unavailable',
    help: 'later',
    message: (d: { what: string }) => `${d.what} did not happen in time.`,
  },
  again: {
    kind: 'conflict',
    help: 'same',
    message: (d: { why: string }) => `It has to be tried again: ${d.why}.`,
  },
  unknown_kind: {
    kind: 'internal',
    help: 'later',
    message: (d: { kind: string }) => `No saga is registered for ${d.kind}.`,
  },
})
