import type { NetworkControl, NetworkHost } from '@novakit/core'
import { hostErrors } from '@novakit/core'

/** For clouds without networks: servers get no ports, and whoever asks for a particular one is told so. */
export function noNetworks(): NetworkControl & NetworkHost {
  return {
    validate: async (_context, requests) => {
      if (Array.isArray(requests) && requests.length > 0) {
        throw hostErrors.unsupported({ what: 'plug networks: this cloud has no network service' })
      }
    },
    allocate: async () => [],
    bind: async () => [],
    activate: async () => undefined,
    unbind: async () => undefined,
    release: async () => undefined,
    list: async () => [],
    attach: async () => {
      throw hostErrors.unsupported({ what: 'plug networks: this cloud has no network service' })
    },
    giveUp: async () => undefined,
    detach: async () => undefined,
    plug: async () => undefined,
    unplug: async () => undefined,
  }
}
