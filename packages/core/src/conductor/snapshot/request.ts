import type { RequestContext } from '../../domain/context/request-context.ts'
import type { SnapshotRequest } from '../../lifecycle/index.ts'
import type { Step } from '../../saga/index.ts'
import { id } from '../../domain/ids.ts'

export type SnapshotStep = Step<'cell', SnapshotRequest>

/** For what is asked of the image service in the name of the server's project. */
export function ownerContext(
  { project, user }: Pick<SnapshotRequest, 'project' | 'user'>,
  { traceId }: { readonly traceId: string },
): RequestContext {
  return { requestId: id(traceId), project, user, roles: ['member'] }
}
