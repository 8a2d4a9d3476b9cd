import type { OperationId, ServerId } from '../../domain/ids.ts'
import { id } from '../../domain/ids.ts'
import { namedBeside } from '../../system/ids.ts'

/** The request of a `server.create` operation. */
export interface CreateRequest {
  readonly servers: readonly ServerId[]
  /** With fewer places than this, none of the servers is built. */
  readonly minCount: number
}

/** The operation of one attempt: the same id from whoever starts it. */
export function attemptId(create: OperationId, server: ServerId, attempt: number): OperationId {
  return id<OperationId>(namedBeside(server, 'attempt', create, server, String(attempt)))
}
