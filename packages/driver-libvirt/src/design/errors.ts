import { defineErrors } from '@novakit/core'

export const guestDesignErrors = defineErrors('guest_design', {
  invalid: {
    kind: 'invalid',
    help: 'never',
    message: (d: { setting: string; value: string; want: string }) =>
      `${d.setting} is ${JSON.stringify(d.value.slice(0, 60))}; it must be ${d.want}.`,
  },
  contradiction: {
    kind: 'invalid',
    help: 'never',
    message: (d: { setting: string }) => `Flavor and image contradict one another in ${d.setting}.`,
  },
  impossible: {
    kind: 'invalid',
    help: 'never',
    message: (d: { what: string }) => `Such a guest cannot be: ${d.what}.`,
  },
  unsupported: {
    kind: 'unsupported',
    help: 'elsewhere',
    message: (d: { what: string }) => `This host has no ${d.what}.`,
  },
})
