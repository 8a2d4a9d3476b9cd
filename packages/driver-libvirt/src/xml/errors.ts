import { defineErrors } from '@novakit/core'

export const xmlErrors = defineErrors('xml', {
  unwritable: {
    kind: 'invalid',
    help: 'never',
    message: (d: { what: string }) => `This cannot be written as XML: ${d.what}.`,
  },
  too_large: {
    kind: 'too_large',
    help: 'never',
    message: (d: { bytes: number; max: number }) => `XML of ${d.bytes} bytes is too large; the most is ${d.max}.`,
  },
  malformed: {
    kind: 'internal',
    help: 'elsewhere',
    message: (d: { what: string }) => `The XML of the hypervisor cannot be read: ${d.what}.`,
  },
  forbidden: {
    kind: 'internal',
    help: 'elsewhere',
    message: (d: { what: string }) => `The XML of the hypervisor has what is never read: ${d.what}.`,
  },
})
