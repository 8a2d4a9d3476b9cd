import type { ApiDeps } from '../deps.ts'
import type { GlobalTx } from '../../ports/storage.ts'
import type { ParsedServer } from './input.ts'
import type { RequestContext } from '../../domain/context/request-context.ts'
import type { ServerId } from '../../domain/ids.ts'
import { id } from '../../domain/ids.ts'
import { isAllowed } from '../authorize.ts'
import { projectsOf } from '../../storage/global/instance-mappings.ts'
import { serverErrors } from '../../domain/server/errors.ts'
import { shortId } from './find-server.ts'

/**
 * A hint may name servers that the caller can see: where any others run is not for them to find out.
 * @throws `server.not_found`, also for a server of another project
 */
export async function checkHints(
  tx: GlobalTx,
  { policy }: Pick<ApiDeps, 'policy'>,
  context: RequestContext,
  { sameHost = [], differentHost = [] }: ParsedServer['hints'],
): Promise<void> {
  const named = [...new Set([...sameHost, ...differentHost])].map((server) => id<ServerId>(server))
  if (named.length === 0) return
  const projects = await projectsOf(tx, named)
  const hidden = named.find((server) => {
    const project = projects.get(server)
    return project === undefined || !isAllowed(policy, 'servers:get', context, { project })
  })
  if (hidden !== undefined) throw serverErrors.not_found({ server: shortId(hidden) })
}
