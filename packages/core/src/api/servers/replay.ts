import { createHash } from 'node:crypto'
import type { ApiDeps } from '../deps.ts'
import type { GlobalTx } from '../../ports/storage.ts'
import type { OperationId, ServerId } from '../../domain/ids.ts'
import type { ParsedServer } from './input.ts'
import type { RequestContext } from '../../domain/context/request-context.ts'
import type { Server } from '../../domain/server/server.ts'
import { acceptedServer, shownTo } from './views.ts'
import { answerOnce, knownAnswer, type UsedKey } from '../../storage/global/idempotency.ts'
import { findServer } from './find-server.ts'
import { hasCode } from '../../domain/error.ts'
import { requestSpecOf } from '../../storage/global/request-specs.ts'

/** What a request came to, and comes to again when it is sent again under its key. */
export interface Accepted {
  readonly operation: OperationId
  readonly servers: readonly ServerId[]
}

/** What an earlier request with this key came to, or null. Nothing else of the request is looked at. @throws `operation.key_reused` */
export async function answered(deps: ApiDeps, context: RequestContext, input: ParsedServer): Promise<Accepted | null> {
  const used = usedKey(context, input)
  if (used === null) return null
  return (await deps.global.read((tx) => knownAnswer(tx, used))) as Accepted | null
}

/** The same, and takes the key where it is new, for this answer. `rememberAnswer` corrects it. */
export async function takeKey(
  tx: GlobalTx,
  context: RequestContext,
  input: ParsedServer,
  answer: Accepted,
): Promise<Accepted | null> {
  const used = usedKey(context, input)
  if (used === null) return null
  const { operation, servers } = answer
  return (await answerOnce(tx, { ...used, operation, answer: { operation, servers: [...servers] } })) as Accepted | null
}

function usedKey({ project }: RequestContext, input: ParsedServer): UsedKey | null {
  const { idempotencyKey: key } = input
  return key === undefined ? null : { project, key, hash: hashOf(input) }
}

/** Of all but the key, and the password, which could be guessed from a hash. The order of keys in it makes no difference. */
function hashOf({ idempotencyKey: _key, adminPassword: _password, ...request }: ParsedServer): string {
  const text = JSON.stringify(request, (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  )
  return createHash('sha256').update(text).digest('hex')
}

/** The servers of a request that is sent again, as they are now. Those that were deleted since are left out. */
export async function serversNow(
  deps: ApiDeps,
  context: RequestContext,
  { servers }: Accepted,
): Promise<readonly Server[]> {
  const found = await Promise.all(servers.map((server) => serverNow(deps, context, server)))
  return found.filter((server) => server !== null)
}

/** In a cell that does not answer: as it was accepted. */
async function serverNow(deps: ApiDeps, context: RequestContext, server: ServerId): Promise<Server | null> {
  try {
    return await findServer(deps, context, server)
  } catch (error) {
    if (hasCode(error, 'server.not_found')) return null
    if (!hasCode(error, 'cell.unavailable')) throw error
    const spec = await deps.global.read((tx) => requestSpecOf(tx, server))
    return spec === null ? null : shownTo(deps, context, acceptedServer(server, spec.blueprint, spec.createdAt))
  }
}
