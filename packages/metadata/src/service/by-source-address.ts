import type { NetworkId } from '@novakit/core/vocabulary'
import type { ConnectionInfo } from '@novakit/http-kit'
import { refused, type Identify, type Identity } from './identity.ts'
import { oneHeader } from './one-header.ts'
import { metadataServiceErrors } from './errors.ts'
import { networkTest, wrongNetwork } from './network-test.ts'
import { plainAddress } from './peer.ts'

export interface SourceAddressOptions {
  /** The networks that the listener serves, or whatever tells them for a request. */
  readonly networks: readonly NetworkId[] | ((connection: ConnectionInfo) => readonly NetworkId[])
  /** Proxies (`10.0.0.0/8`) whose `X-Forwarded-For` is believed. Default none: nobody's is. */
  readonly trustedProxies?: readonly string[]
}

/**
 * Trusts the address that a request comes from; what it says of itself counts for nothing, unless a trusted proxy
 * says it. @throws `metadata_service.invalid_option`
 */
export function bySourceAddress({ networks, trustedProxies = [] }: SourceAddressOptions): Identify {
  const wrong = wrongNetwork(trustedProxies)
  if (wrong !== null) {
    const what = `has ${wrong.slice(0, 60)} in it, which is no network`
    throw metadataServiceErrors.invalid_option({ option: 'trustedProxies', what })
  }
  const isTrusted = networkTest(trustedProxies)
  return (request, connection): Identity => {
    const served = typeof networks === 'function' ? networks(connection) : networks
    const peer = plainAddress(connection.remoteAddress)
    if (peer === null) return refused(404, 'it comes from no address')
    if (!isTrusted(peer)) return { kind: 'address', networks: served, address: peer }
    const forwarded = plainAddress(oneHeader(request, 'x-forwarded-for') ?? null)
    if (forwarded === null) return refused(400, 'the proxy does not say for which one address it asks')
    return { kind: 'address', networks: served, address: forwarded }
  }
}
