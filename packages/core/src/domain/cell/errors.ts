import { defineErrors, type ErrorFactory } from '../error.ts'

const errors = defineErrors('cell', {
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
    message: () => 'The part of the cloud that this is in does not answer. Nothing was changed; ask again later.',
  },
})

type Unavailable = ErrorFactory<{ readonly cell: string }>

/** Tenants meet this one too, and how the cloud is cut into cells is not for them: the name is in the detail alone. */
const unavailable: Unavailable = Object.assign(
  (...[{ cell }, extra]: Parameters<Unavailable>) => errors.unavailable({}, { detail: { cell }, ...extra }),
  { code: errors.unavailable.code, kind: errors.unavailable.kind, help: errors.unavailable.help },
)

export const cellErrors = { ...errors, unavailable }
