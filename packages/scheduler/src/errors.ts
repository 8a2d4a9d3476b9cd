import { defineErrors } from '@novakit/core'

export const schedulerErrors = defineErrors('scheduler', {
  unknown_filter: {
    kind: 'invalid',
    help: 'never',
    message: (d: { name: string; known: readonly string[] }) =>
      `There is no filter ${d.name}. There are: ${d.known.join(', ')}.`,
  },
  unknown_weigher: {
    kind: 'invalid',
    help: 'never',
    message: (d: { name: string; known: readonly string[] }) =>
      `There is no weigher ${d.name}. There are: ${d.known.join(', ')}.`,
  },
  invalid_request: {
    kind: 'invalid',
    help: 'never',
    message: (d: { what: string }) => `What flavor and image ask for cannot be: ${d.what}.`,
  },
  unknown_device_order: {
    kind: 'invalid',
    help: 'never',
    message: (d: { name: string; known: readonly string[] }) =>
      `There is no order of devices ${d.name}. There are: ${d.known.join(', ')}.`,
  },
  invalid_policy: {
    kind: 'invalid',
    help: 'never',
    message: (d: { what: string }) => `The scheduling policy is not valid: ${d.what}`,
  },
})
