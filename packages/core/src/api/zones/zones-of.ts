import type { Aggregate, Zone } from '../../domain/aggregate/aggregate.ts'
import type { HostName } from '../../domain/ids.ts'
import { DEFAULT_ZONE } from '../../domain/aggregate/aggregate.ts'

/**
 * The zones that aggregates make, by name, with those of their hosts that are known. Hosts in none make the default one.
 * @param usable those that are enabled and up
 */
export function zonesOf(
  aggregates: readonly Aggregate[],
  hosts: readonly HostName[],
  usable: ReadonlySet<HostName>,
): readonly Required<Zone>[] {
  const zoneOf = new Map(
    aggregates.flatMap(({ zone, hosts }) => (zone === null ? [] : hosts.map((host) => [host, zone]))),
  )
  const byZone = Map.groupBy(hosts, (host) => zoneOf.get(host) ?? DEFAULT_ZONE)
  const names = new Set([...aggregates.flatMap(({ zone }) => zone ?? []), ...byZone.keys()])
  return [...names].toSorted().map((name) => {
    const inIt = (byZone.get(name) ?? []).toSorted()
    return { name, available: inIt.some((host) => usable.has(host)), hosts: inIt }
  })
}
