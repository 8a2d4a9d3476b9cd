import type { HostName, ServerId, Site } from '@novakit/core'

/** Which members of a group stand at which site. Members on hosts without a site are not counted. */
export interface OpenSites {
  /** Those that bind a member still to be placed. */
  readonly taken: ReadonlySet<Site>
  membersAt(site: Site): number
  isAt(site: Site, server: ServerId): boolean
  partitionsAt(site: Site): ReadonlySet<string | null>
  /** @param partition null: not known, or the group has none */
  add(server: ServerId, host: HostName, partition: string | null): void
  /** It is counted where it is, and binds nobody. */
  addMoving(server: ServerId, host: HostName): void
  /** Somebody is there; who, is known only if they were added before. */
  addUnnamed(host: HostName): void
}

interface Post {
  readonly members: Set<ServerId>
  readonly partitions: Set<string | null>
  /** Hosts with a member. */
  readonly hosts: Set<HostName>
  /** Hosts with a member that nobody knows by name. */
  unnamed: number
}

export function openSites(siteOf: (host: HostName) => Site | null): OpenSites {
  const posts = new Map<Site, Post>()
  const taken = new Set<Site>()
  const none: ReadonlySet<string | null> = new Set()
  const postAt = (site: Site): Post => {
    const post = posts.get(site) ?? { members: new Set(), partitions: new Set(), hosts: new Set(), unnamed: 0 }
    posts.set(site, post)
    return post
  }
  const addMoving = (server: ServerId, host: HostName): void => {
    const site = siteOf(host)
    if (site === null) return
    const post = postAt(site)
    post.members.add(server)
    post.hosts.add(host)
  }
  return {
    taken,
    addMoving,
    add: (server, host, partition) => {
      const site = siteOf(host)
      if (site === null) return
      addMoving(server, host)
      postAt(site).partitions.add(partition)
      taken.add(site)
    },
    addUnnamed: (host) => {
      const site = siteOf(host)
      if (site === null) return
      taken.add(site)
      const post = postAt(site)
      if (post.hosts.has(host)) return
      post.unnamed++
      post.partitions.add(null)
    },
    membersAt: (site) => (posts.get(site)?.members.size ?? 0) + (posts.get(site)?.unnamed ?? 0),
    isAt: (site, server) => posts.get(site)?.members.has(server) ?? false,
    partitionsAt: (site) => posts.get(site)?.partitions ?? none,
  }
}
