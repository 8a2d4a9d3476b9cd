import { defineErrors } from '../error.ts'

export const imageErrors = defineErrors('image', {
  not_found: {
    kind: 'not_found',
    help: 'never',
    message: (d: { image: string }) => `There is no image ${d.image} that this project may use.`,
  },
  not_active: {
    kind: 'conflict',
    help: 'later',
    message: (d: { image: string; status: string }) => `Image ${d.image} is ${d.status}, not active.`,
  },
  flavor_too_small: {
    kind: 'invalid',
    help: 'never',
    message: (d: { image: string; what: string }) => `The flavor is too small for image ${d.image}: ${d.what}`,
  },
  refused: {
    kind: 'invalid',
    help: 'never',
    message: (d: { image: string; why: string }) => `Image ${d.image} is refused: ${d.why}`,
  },
  unreachable: {
    kind: 'unavailable',
    help: 'later',
    message: (d: { image: string }) => `Image ${d.image} cannot be had at the moment.`,
  },
  invalid: {
    kind: 'invalid',
    help: 'never',
    message: (d: { what: string }) => `The request about an image is not valid: ${d.what}`,
  },
  too_large: {
    kind: 'too_large',
    help: 'never',
    message: (d: { image: string; bytes: number }) => `Image ${d.image} has more than ${d.bytes} bytes.`,
  },
  conflict: {
    kind: 'conflict',
    help: 'never',
    message: (d: { image: string; what: string }) => `Image ${d.image} ${d.what}.`,
  },
  forbidden: {
    kind: 'forbidden',
    help: 'never',
    message: (d: { image: string; what: string }) => `This project may not ${d.what} image ${d.image}.`,
  },
})
