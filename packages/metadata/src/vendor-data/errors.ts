import { defineErrors } from '@novakit/core/vocabulary'

export const vendorDataErrors = defineErrors('vendor_data', {
  invalid_target: {
    kind: 'invalid',
    help: 'never',
    message: (d: { what: string }) => `The services of vendor data are not valid: ${d.what}.`,
  },
  unavailable: {
    kind: 'unavailable',
    help: 'later',
    message: () => 'A service that says something of every server does not answer. Ask again later.',
  },
})
