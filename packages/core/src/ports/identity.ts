import type { RequestContext } from '../domain/context/request-context.ts'

/** Turns a token into who it is. Keystone, or a host app's own. */
export interface Identity {
  /** Null for a token that is unknown, expired or revoked. */
  authenticate(token: string): Promise<RequestContext | null>
}
