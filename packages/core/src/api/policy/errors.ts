import { defineErrors } from '../../domain/error.ts'

export const policyTableErrors = defineErrors('policy', {
  unknown_rule: {
    kind: 'invalid',
    help: 'never',
    message: (d: { rule: string }) =>
      `There is no policy rule ${d.rule}. A rule that nothing asks for protects nothing.`,
  },
  unknown_who: {
    kind: 'invalid',
    help: 'never',
    message: (d: { rule: string; who: string; known: string }) =>
      `Policy rule ${d.rule} cannot be for ${d.who}. It may be for one of: ${d.known}.`,
  },
})
