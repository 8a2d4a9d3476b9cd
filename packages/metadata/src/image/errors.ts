import { defineErrors } from '@novakit/core/vocabulary'

export const driveImageErrors = defineErrors('drive_image', {
  bad_name: {
    kind: 'invalid',
    help: 'never',
    message: (d: { path: string; why: string }) => `${d.path} cannot be a file of a drive image: ${d.why}.`,
  },
  name_clash: {
    kind: 'invalid',
    help: 'never',
    message: (d: { path: string; other: string }) =>
      `${d.path} and ${d.other} cannot stand on one drive image: some guest would take the one for the other.`,
  },
  bad_option: {
    kind: 'invalid',
    help: 'never',
    message: (d: { option: string; why: string }) => `The ${d.option} of the drive image is not valid: ${d.why}.`,
  },
  too_large: {
    kind: 'too_large',
    help: 'never',
    message: (d: { what: string; most: number; unit: string }) =>
      `The drive image would hold too much: ${d.what}. There is room for ${d.most} ${d.unit}.`,
  },
  unknown_format: {
    kind: 'unsupported',
    help: 'never',
    message: (d: { why: string }) => `This is no drive image that can be read: ${d.why}.`,
  },
  malformed: {
    kind: 'invalid',
    help: 'never',
    message: (d: { what: string }) => `The drive image is damaged: ${d.what}.`,
  },
})
