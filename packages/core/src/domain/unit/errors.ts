import { defineErrors } from '../error.ts'

export const unitErrors = defineErrors('unit', {
  invalid: {
    kind: 'invalid',
    help: 'never',
    message: (d: { unit: string; value: string }) =>
      `${d.value} is not a size in ${d.unit}. Give a whole number, zero or more.`,
  },
})
