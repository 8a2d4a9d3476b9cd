import type { CloudPicture } from './cloud-picture.ts'
import { missing, running, standing } from './servers.ts'

/** No host holds more members of a group than its policy lets it, and members are servers that exist (I9). */
export function groupsHold(picture: CloudPicture): readonly string[] {
  const hosts = new Map(running(picture).map((row) => [row.id, row.host]))
  const left = missing(
    picture.members.map((row) => row.server),
    standing(picture).map((row) => row.id),
  )
  const broken = picture.groups.flatMap((group) => {
    const members = picture.members.filter((row) => row.server_group === group.id)
    const places = members.flatMap((row) => hosts.get(row.server) ?? [])
    const most = Math.max(0, ...[...Map.groupBy(places, (host) => host).values()].map((here) => here.length))
    if (group.policy === 'anti-affinity' && most > group.max_server_per_host)
      return [`${most} of ${group.id} on a host`]
    if (group.policy === 'affinity' && new Set(places).size > 1)
      return [`${group.id} is scattered over ${places.join(', ')}`]
    return []
  })
  return [...broken, ...left.map((server) => `${server} is a member of a group, and is not there`)]
}

/** A guard counts what its holders hold, and its holders are servers that run. */
export function guardsAddUp(picture: CloudPicture): readonly string[] {
  const { guards, holds } = picture.ledger
  const sums = Map.groupBy(holds, (hold) => hold.name)
  const wrong = guards.filter(
    ({ name, held }) => held !== (sums.get(name) ?? []).reduce((sum, one) => sum + one.held, 0),
  )
  const orphans = missing(
    holds.map((hold) => hold.consumer),
    running(picture).map((row) => row.id),
  )
  return [
    ...wrong.map(({ name, held }) => `guard ${name} counts ${held}`),
    ...orphans.map((server) => `a guard is held for ${server}`),
  ]
}
