import type { Ids } from '../ports/ids.ts'
import type { RequestContext } from '../domain/context/request-context.ts'
import type { RequestId, UserId } from '../domain/ids.ts'
import { id } from '../domain/ids.ts'

/** Who did it, in a server's history, when nobody asked. */
const SYSTEM = id<UserId>('system')

/** For what the cloud begins by itself. */
export function systemContext(ids: Ids): Pick<RequestContext, 'requestId' | 'user'> {
  return { requestId: id<RequestId>(`req-${ids.uuid()}`), user: SYSTEM }
}
