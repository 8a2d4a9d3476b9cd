import { defineErrors } from '../error.ts'

export const cellErrors = defineErrors('cell', {
  not_found: {
    kind: 'not_found',
    help: 'never',
    message: (d: { cell: string }) => `There is no cell ${d.cell}.`,
  },
  exists: {
    kind: 'conflict',
    help: 'never',
    message: (d: { cell: string }) => `A cell ${d.cell} exists already.`,
  },
  invalid: {
    kind: 'invalid',
    help: 'never',
    message: (d: { what: string }) => `The cell is not valid: ${d.what}`,
  },
  unavailable: {
    kind: 'unavailable',
    help: 'later',
    message: (d: { cell: string }) => `Cell ${d.cell} does not answer. Nothing was accepted; ask again later.`,
  },
})
