import type { Attempt, BuildStep } from './attempt.ts'
import type { Json } from '../../domain/json.ts'
import { done } from '../../saga/index.ts'
import { moveOn } from './attempt.ts'

/** Ports for the server, bound to its host. Its output is the NICs. */
export function networksStep({ deps }: Attempt): BuildStep {
  return {
    name: 'networks',
    run: async ({ request }) => {
      const { server, attempt: epoch, host, blueprint } = request
      const { project, user, networks } = blueprint
      const nics = await deps.networks.allocate({ server, project, user, epoch }, networks, host)
      return done(nics as unknown as Json, (tx) => moveOn(tx, request, 'networking', { taskState: 'spawning' }))
    },
    undo: async ({ request }) => {
      await deps.networks.release(request.server, request.attempt)
      return done()
    },
  }
}
