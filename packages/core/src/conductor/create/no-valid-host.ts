import type { Decision } from '../../domain/scheduling/decision.ts'
import type { Problem } from '../../domain/error.ts'
import { problemOf } from '../../domain/error.ts'
import { serverErrors } from '../../domain/server/errors.ts'

/** The summary for the owner, the whole explanation for the operator. */
export function noValidHost({ explanation }: Extract<Decision, { readonly kind: 'refused' }>): Problem {
  return problemOf(serverErrors.no_valid_host({ why: explanation.summary }, { detail: explanation }))
}

/** For those whose decisions have lost their claims too often. */
export function roomWasLost(): Problem {
  const why = 'Room that was found was taken by others, again and again.'
  return problemOf(serverErrors.no_valid_host({ why }))
}
