import type { NetworkId } from '@novakit/core/vocabulary'
import { refused, type Identify } from './identity.ts'
import { oneHeader } from './one-header.ts'
import { plainAddress } from './peer.ts'
import { checkedSecrets, isSigned } from './signature.ts'

export interface ProviderOptions {
  readonly secret: string | readonly string[]
  /** The networks that a load balancer, or a `metadataProxy` with a `network`, serves. Empty: there is no such one. */
  networksOf(provider: string): Promise<readonly NetworkId[]>
}

/**
 * Trusts load balancers and proxies in front of the service: `X-Metadata-Provider`, signed, and the one address in
 * `X-Forwarded-For`. Nova takes it unsigned too, and the first of several addresses, which any guest can put there.
 * @throws `metadata_service.weak_secret`
 */
export function byProvider({ secret, networksOf }: ProviderOptions): Identify {
  const secrets = checkedSecrets(secret)
  return async (request) => {
    const provider = oneHeader(request, 'x-metadata-provider')
    const address = plainAddress(oneHeader(request, 'x-forwarded-for') ?? null)
    const signature = request.headers.get('x-metadata-provider-signature')
    if (provider === undefined || provider === null) return refused(400, 'it does not name the one that passes it on')
    if (address === null) return refused(400, 'it does not say for which one address it asks')
    if (signature === null) return refused(400, 'it is not signed')
    if (!isSigned(secrets, provider, signature)) return refused(403, 'its signature is wrong')
    const networks = await networksOf(provider)
    return networks.length === 0 ? refused(400, 'nobody knows its provider') : { kind: 'address', networks, address }
  }
}
