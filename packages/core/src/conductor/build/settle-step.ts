import type { Attempt, BuildStep } from './attempt.ts'
import { done } from '../../saga/index.ts'
import { removeBuildRequest } from '../../storage/global/build-requests.ts'

/** The build request has done its work. */
export function settleStep({ deps }: Attempt): BuildStep {
  return {
    name: 'settle',
    pivot: true,
    run: async ({ request }) => {
      // Removing what is gone changes nothing, so this needs no mark of the operation in the global store.
      await deps.global.write((tx) => removeBuildRequest(tx, request.server))
      return done()
    },
    undo: 'nothing to undo: the server runs',
  }
}
