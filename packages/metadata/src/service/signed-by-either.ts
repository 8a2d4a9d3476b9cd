import { byProvider, type ProviderOptions } from './by-provider.ts'
import { refused, type Identify } from './identity.ts'
import { signedByProxy } from './signed-by-proxy.ts'

/**
 * For a service behind proxies of both kinds: those that name the server (`signedByProxy`) and those that name a
 * network and an address (`byProvider`). A request that does both is refused: one of them is not from the proxy.
 * @throws `metadata_service.weak_secret`
 */
export function signedByEither(options: ProviderOptions): Identify {
  const [byServer, byNetwork] = [signedByProxy(options), byProvider(options)]
  return (request, connection) => {
    const passed = request.headers.has('x-metadata-provider')
    if (passed && request.headers.has('x-instance-id')) return refused(400, 'it names a server and a network')
    return (passed ? byNetwork : byServer)(request, connection)
  }
}
