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
  too_small: {
    kind: 'invalid',
    help: 'never',
    message: (d: { file: string; has: number; needs: number }) =>
      `${d.file} has ${d.has} bytes, and the drive needs ${d.needs}. Nothing was changed.`,
  },
  half_written: {
    kind: 'invalid',
    help: 'same',
    message: (d: { file: string; what: string }) =>
      `Writing ${d.file} failed on the way: ${d.what}. It holds no drive until it is written anew.`,
  },
  one_server: {
    kind: 'invalid',
    help: 'never',
    message: (d: { file: string; servers: number }) =>
      `${d.file} describes ${d.servers} servers. A config drive is for one.`,
  },
})
