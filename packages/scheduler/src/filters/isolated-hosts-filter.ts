import { no, yes } from '@novakit/core'
import type { Filter } from '../decide/filter.ts'

export interface IsolatedHostsOptions {
  readonly isolatedHosts?: readonly string[]
  /** Image ids. */
  readonly isolatedImages?: readonly string[]
  /** Whether isolated hosts run isolated images alone. Default true. */
  readonly restrictIsolatedHostsToIsolatedImages?: boolean
}

const apart = no({ code: 'host.isolated', message: 'The host is set aside for other images, or the image for others.' })

/**
 * Isolated images run on isolated hosts only, and those, unless told otherwise, run nothing else.
 * Source: nova/scheduler/filters/isolated_hosts_filter.py.
 */
export function isolatedHostsFilter(options: IsolatedHostsOptions = {}): Filter {
  const hosts = new Set(options.isolatedHosts ?? [])
  const images = new Set(options.isolatedImages ?? [])
  const restrict = options.restrictIsolatedHostsToIsolatedImages ?? true
  return {
    name: 'IsolatedHostsFilter',
    oncePerRequest: true,
    runsOnRebuild: true,
    reads: ({ image }) => image?.id,
    ignoresUsage: true,
    applies: () => hosts.size > 0 || images.size > 0,
    check: (host, { image }) => {
      const hostApart = hosts.has(host.host)
      const imageApart = image !== null && images.has(image.id)
      if (hostApart === imageApart) return yes
      return hostApart && !restrict ? yes : apart
    },
  }
}
