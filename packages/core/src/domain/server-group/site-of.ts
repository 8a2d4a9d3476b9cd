import type { AggregateState } from '../scheduling/snapshot.ts'
import type { HostName } from '../ids.ts'
import type { ServerGroup } from './server-group.ts'

/** What a group's policy takes for one place: the name of a host, or the id of an aggregate of the group's level. */
export type Site = string

/**
 * The site of a host as a group counts. Null for a host in no aggregate of the level, or in several: it belongs to none.
 * @param aggregates those of the host
 */
export function siteOf(
  level: ServerGroup['level'],
  host: HostName,
  aggregates: readonly Pick<AggregateState, 'id' | 'metadata'>[],
): Site | null {
  if (level === null) return host
  const [only, ...others] = aggregates.filter(({ metadata }) => Object.hasOwn(metadata, level))
  return only === undefined || others.length > 0 ? null : only.id
}
