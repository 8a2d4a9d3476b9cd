import { defineErrors } from '../error.ts'

export const flavorErrors = defineErrors('flavor', {
  not_found: {
    kind: 'not_found',
    help: 'never',
    message: (d: { flavor: string }) => `There is no flavor ${d.flavor}. List the flavors to see which there are.`,
  },
  exists: {
    kind: 'conflict',
    help: 'never',
    message: (d: { flavor: string }) => `A flavor with the name or id ${d.flavor} exists already.`,
  },
  invalid: {
    kind: 'invalid',
    help: 'never',
    message: (d: { what: string }) => `The flavor is not valid: ${d.what}`,
  },
  access_of_public: {
    kind: 'conflict',
    help: 'never',
    message: (d: { flavor: string }) => `Flavor ${d.flavor} is public: everybody has access to it.`,
  },
  access_exists: {
    kind: 'conflict',
    help: 'never',
    message: (d: { flavor: string; project: string }) =>
      `Project ${d.project} has access to flavor ${d.flavor} already.`,
  },
  access_not_found: {
    kind: 'not_found',
    help: 'never',
    message: (d: { flavor: string; project: string }) => `Project ${d.project} has no access to flavor ${d.flavor}.`,
  },
})
