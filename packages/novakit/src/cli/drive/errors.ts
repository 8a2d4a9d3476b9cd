import { defineErrors } from '@novakit/core'

export const driveFileErrors = defineErrors('drive_file', {
  unreadable: {
    kind: 'invalid',
    help: 'never',
    message: (d: { file: string; what: string }) => `${d.file} cannot be read: ${d.what}.`,
  },
  unwritable: {
    kind: 'invalid',
    help: 'never',
    message: (d: { file: string; what: string }) => `${d.file} cannot be written: ${d.what}. Nothing was changed.`,
  },
  one_server: {
    kind: 'invalid',
    help: 'never',
    message: (d: { file: string; servers: number }) =>
      `${d.file} describes ${d.servers} servers. A config drive is for one.`,
  },
})
