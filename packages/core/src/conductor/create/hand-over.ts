import type { BuildRequest } from '../../storage/global/build-requests.ts'
import type { ConductorDeps } from '../deps.ts'
import type { StepContext } from '../../saga/index.ts'
import { buildRequestsOf, REQUESTS } from '../../storage/global/build-requests.ts'

type Context = Pick<StepContext<never>, 'memo' | 'operation'>

/**
 * What was just written need not be read by the next step of the same worker. Later it may be out of date.
 * @param requests all that are left of the request
 */
export function leaveFor({ memo }: Context, requests: readonly BuildRequest[]): void {
  memo.set(REQUESTS, requests)
}

/** What is left of the request, as the step before has left it or as it is stored. */
export async function requestsFor(
  { global }: ConductorDeps,
  { memo, operation }: Context,
): Promise<readonly BuildRequest[]> {
  const left = memo.get(REQUESTS) as readonly BuildRequest[] | undefined
  memo.delete(REQUESTS)
  return left ?? global.read((tx) => buildRequestsOf(tx, operation.id))
}
