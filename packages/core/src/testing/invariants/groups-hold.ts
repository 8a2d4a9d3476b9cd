import type { CloudPicture } from './cloud-picture.ts'
import { keptForGoingBack } from './open-resizes.ts'
import { missing, hosted, standing } from './servers.ts'

/** No place holds members of a group that its policy does not let be there; members are servers that exist (I9). */
export function groupsHold(picture: CloudPicture): readonly string[] {
  const hosts = new Map(hosted(picture).map((row) => [row.id, row.host]))
  const left = missing(
    picture.members.map((row) => row.server),
    standing(picture).map((row) => row.id),
  )
  const broken = picture.groups.flatMap((group) => {
    const members = picture.members.filter((row) => row.server_group === group.id)
    const placed = members.flatMap(({ server, partition }) => {
      const host = hosts.get(server)
      return host === undefined || host === null ? [] : [{ partition, site: siteIn(picture, group.level, host) }]
    })
    const bySite = [...Map.groupBy(placed, ({ site }) => site).values()]
    const most = Math.max(0, ...bySite.map((here) => here.length))
    const hard = group.policy !== 'soft-affinity' && group.policy !== 'soft-anti-affinity'
    if (hard && placed.some(({ site }) => site === null)) return [`a member of ${group.id} is in no ${group.level}`]
    if (group.policy === 'anti-affinity' && most > group.max_server_per_host)
      return [`${most} of ${group.id} in one place`]
    if (group.policy === 'affinity' && bySite.length > 1)
      return [`${group.id} is scattered over ${placed.map(({ site }) => site).join(', ')}`]
    if (group.policy === 'partition' && bySite.some((here) => new Set(here.map((one) => one.partition)).size > 1))
      return [`two partitions of ${group.id} are in one place`]
    return []
  })
  return [...broken, ...left.map((server) => `${server} is a member of a group, and is not there`)]
}

/** A host, or its one aggregate of the level. */
function siteIn({ aggregates, aggregateHosts }: CloudPicture, level: string | null, host: string): string | null {
  if (level === null) return host
  const mine = new Set(aggregateHosts.filter((row) => row.host === host).map((row) => row.aggregate))
  const ofLevel = aggregates.filter(({ id, metadata }) => mine.has(id) && level in (JSON.parse(metadata) as object))
  return ofLevel.length === 1 ? (ofLevel[0]?.id ?? null) : null
}

/** A guard counts what its holders hold, and its holders are servers that run, or that may go back. */
export function guardsAddUp(picture: CloudPicture): readonly string[] {
  const { guards, holds } = picture.ledger
  const sums = Map.groupBy(holds, (hold) => hold.name)
  const wrong = guards.filter(
    ({ name, held }) => held !== (sums.get(name) ?? []).reduce((sum, one) => sum + one.held, 0),
  )
  const orphans = missing(
    holds.map((hold) => hold.consumer),
    [...hosted(picture).map((row) => row.id), ...keptForGoingBack(picture).map(({ migration }) => migration)],
  )
  return [
    ...wrong.map(({ name, held }) => `guard ${name} counts ${held}`),
    ...orphans.map((server) => `a guard is held for ${server}`),
  ]
}
