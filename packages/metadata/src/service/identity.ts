import type { NetworkId, ProjectId, ServerId } from '@novakit/core/vocabulary'
import type { ConnectionInfo } from '@novakit/http-kit'

/** Who asks, as far as the request shows it. */
export type Identity =
  /** Project null: whoever says so has made sure that the server is the one that asks. */
  | { readonly kind: 'server'; readonly server: ServerId; readonly project: ProjectId | null }
  /** Addresses are unique within a network; of several networks just one may have it. */
  | { readonly kind: 'address'; readonly networks: readonly NetworkId[]; readonly address: string }
  | { readonly kind: 'refused'; readonly status: 400 | 403 | 404; readonly why: string }

/** Tells who asks. Host apps may bring their own. */
export type Identify = (request: Request, connection: ConnectionInfo) => Identity | Promise<Identity>

export function refused(status: 400 | 403 | 404, why: string): Identity {
  return { kind: 'refused', status, why }
}
