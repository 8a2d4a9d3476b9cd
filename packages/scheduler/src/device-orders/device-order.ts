import type { HostState, ProviderState } from '@novakit/core'
import type { RequestTraits } from '../decide/traits.ts'

/**
 * In which order the providers below a host's root are tried for a request. Of several ways to serve a request on one
 * host the first is taken, so this says which device a server gets. Whether there is a way at all does not hang on it.
 * It is as pure as a filter, and gives back the very children of the host, each once.
 */
export interface DeviceOrder {
  readonly name: string
  arrange(host: HostState, request: RequestTraits): readonly ProviderState[]
}
