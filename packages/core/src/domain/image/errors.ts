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
})
