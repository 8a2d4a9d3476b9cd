import type { HostState } from '@novakit/core'
import type { GroupView } from '../decide/group.ts'

/** How many members of a group stand where a host is. */
export function membersBy(group: GroupView | null, host: HostState): number {
  const site = group?.siteOf(host) ?? null
  return group === null || site === null ? 0 : group.membersAt(site)
}
