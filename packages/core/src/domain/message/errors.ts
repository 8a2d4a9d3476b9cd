import { defineErrors } from '../error.ts'

export const transportErrors = defineErrors('transport', {
  unreachable: {
    kind: 'unavailable',
    help: 'later',
    message: (d: { address: string }) => `Nobody listens at ${d.address}.`,
  },
  timeout: {
    kind: 'unavailable',
    help: 'later',
    message: (d: { address: string }) => `No answer came from ${d.address} in time.`,
  },
  busy: {
    kind: 'unavailable',
    help: 'later',
    message: (d: { address: string }) => `Too much is under way to ${d.address}; this was not sent.`,
  },
  closed: {
    kind: 'unavailable',
    help: 'never',
    message: () => 'The transport is closed.',
  },
  malformed: {
    kind: 'invalid',
    help: 'never',
    message: (d: { what: string }) => `A message could not be read: ${d.what}`,
  },
  too_large: {
    kind: 'too_large',
    help: 'never',
    message: (d: { bytes: number; max: number }) => `A message of ${d.bytes} bytes is over the limit of ${d.max}.`,
  },
  unknown_method: {
    kind: 'unsupported',
    help: 'never',
    message: (d: { method: string; version: number }) => `Nobody here understands ${d.method} version ${d.version}.`,
  },
})
