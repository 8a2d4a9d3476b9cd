import { defineErrors } from '@novakit/core/vocabulary'

export const metadataServiceErrors = defineErrors('metadata_service', {
  weak_secret: {
    kind: 'invalid',
    help: 'never',
    message: (d: { least: number }) =>
      `The secret that is shared with the metadata proxy must have at least ${d.least} bytes.`,
  },
  invalid_option: {
    kind: 'invalid',
    help: 'never',
    message: (d: { option: string; what: string }) => `The option ${d.option} of the metadata service ${d.what}.`,
  },
})
