import type { CloudPicture } from './cloud-picture.ts'
import { hosted, missing, standing } from './servers.ts'

/**
 * A volume is a server's in the record just where the volume service has given it to that server, on that server's
 * host; the host holds just these, and the guest has them: none attached nowhere, none twice (I10).
 */
export function volumesAgree(picture: CloudPicture): readonly string[] {
  const hostOf = new Map(standing(picture).map((row) => [row.id, row.host]))
  const recorded = picture.volumeAttachments.map((row) => `${row.volume} of ${row.server} as ${row.attachment}`)
  const given = picture.volumes.map((one) => `${one.volume} of ${one.server} as ${one.id}`)
  const volumes = picture.volumes.map((one) => one.volume)
  const places = new Set(hosted(picture).map((row) => `${row.id} on ${row.host}`))
  const wanted = picture.volumeAttachments
    .map((row) => ({ attachment: row.attachment, place: `${row.server} on ${hostOf.get(row.server)}` }))
    .filter(({ place }) => places.has(place))
  const has = picture.guests.flatMap((guest) =>
    guest.volumes.map((one) => `${one} in ${guest.server} on ${guest.host}`),
  )
  const held = picture.heldVolumes.map(({ attachment, host }) => `${attachment} on ${host}`)
  const mustHave = wanted.map(({ attachment, place }) => `${attachment} in ${place}`)
  const mustHold = picture.volumeAttachments
    .filter((row) => (hostOf.get(row.server) ?? null) !== null)
    .map((row) => `${row.attachment} on ${hostOf.get(row.server)}`)
  return [
    ...picture.volumeAttachments
      .filter((row) => row.status !== 'attached')
      .map((row) => `volume ${row.volume} of ${row.server} rests ${row.status}`),
    ...missing(recorded, given).map((one) => `the volume service has not given ${one}`),
    ...missing(given, recorded).map((one) => `nobody knows that the volume service has given ${one}`),
    ...picture.volumes
      .filter((one) => !one.complete || !isAtHome(one.host, hostOf.get(one.server)))
      .map((one) => `${one.volume} is given to ${one.server} on ${one.host}, and not complete or not there`),
    ...(volumes.length === new Set(volumes).size ? [] : ['a volume is given twice']),
    ...missing(mustHave, has).map((one) => `a guest does not have ${one}`),
    ...missing(has, mustHave).map((one) => `a guest has what is not its: ${one}`),
    ...missing(mustHold, held).map((one) => `a host does not hold ${one}`),
    ...missing(held, mustHold).map((one) => `a host still holds ${one}`),
  ]
}

/** On no host a server keeps its volumes, and the service does not know better than that its last one has them. */
function isAtHome(host: string | null, ofServer: string | null | undefined): boolean {
  return ofServer === null || host === ofServer
}
