import type { ApiDeps } from '../deps.ts'
import type { CellId, ServerId } from '../../domain/ids.ts'
import type { RequestContext } from '../../domain/context/request-context.ts'
import type { Server } from '../../domain/server/server.ts'
import { authorize, isAllowed } from '../authorize.ts'
import { buildRequest } from '../../storage/global/build-requests.ts'
import { faultsOf } from '../../storage/cell/faults.ts'
import { instanceRow } from '../../storage/cell/instances.ts'
import { mappingOf, type InstanceMapping } from '../../storage/global/instance-mappings.ts'
import { pendingServer, shownTo } from './views.ts'
import { serverErrors } from '../../domain/server/errors.ts'
import { toServer } from '../../storage/cell/to-server.ts'

/**
 * Where a server of the caller's is. One that is another project's is not found, as one that never was.
 * @throws `server.not_found`, `policy.forbidden`
 */
export async function addressOf(
  { global, policy }: ApiDeps,
  context: RequestContext,
  server: ServerId,
  rule: string,
): Promise<InstanceMapping> {
  const mapping = await global.read((tx) => mappingOf(tx, server))
  const target = mapping === null ? null : { project: mapping.project }
  if (mapping === null || target === null || !isAllowed(policy, 'servers:get', context, target)) {
    throw serverErrors.not_found({ server: shortId(server) })
  }
  authorize(policy, rule, context, target)
  return mapping
}

/** A server moves between stores while it is built: looked for again that often. */
const LOOKS = 5

/** @throws `server.not_found`, `cell.unavailable`, `policy.forbidden` */
export async function findServer(deps: ApiDeps, context: RequestContext, server: ServerId): Promise<Server> {
  for (let look = 0; look < LOOKS; look++) {
    const { cell, released } = await addressOf(deps, context, server, 'servers:get')
    const found = cell === null ? null : await inCell(deps, cell, server)
    if (found !== null) return shownTo(deps, context, found)
    if (released) break
    const pending = await deps.global.read((tx) => buildRequest(tx, server))
    if (pending !== null) return shownTo(deps, context, pendingServer(pending))
  }
  throw serverErrors.not_found({ server: shortId(server) })
}

async function inCell({ cells }: ApiDeps, cell: CellId, server: ServerId): Promise<Server | null> {
  return cells.get(cell).read(async (tx) => {
    const row = await instanceRow(tx, server)
    if (row === null || row.deleted_at !== null) return null
    return toServer(row, cell, (await faultsOf(tx, [server])).get(server) ?? null)
  })
}

/** What a caller gave as an id is not echoed at length. */
export function shortId(server: string): string {
  return server.length > 64 ? `${server.slice(0, 64)}…` : server
}
