import type { CloudPicture } from './cloud-picture.ts'
import { missing, standing } from './servers.ts'

/** A server stands in one cell, and its mapping names it; a request spec is there for just as long. */
export function addressesAgree(picture: CloudPicture): readonly string[] {
  const there = standing(picture).map((row) => `${row.id} in ${row.cell}`)
  const mapped = picture.mappings.filter((row) => row.deleted === 0).map((row) => `${row.server} in ${row.cell}`)
  const servers = standing(picture).map((row) => row.id)
  const specs = picture.requestSpecs.map((row) => row.server)
  return [
    ...missing(there, mapped).map((server) => `${server} has no mapping`),
    ...missing(mapped, there).map((server) => `${server} is mapped, and nothing stands there`),
    ...missing(servers, specs).map((server) => `${server} has no request spec`),
    ...missing(specs, servers).map((server) => `the request spec of ${server} is left`),
  ]
}

/** A server that stood in a cell when it was deleted stays there on record: the proof for a host that finds its guest. */
export function deletedAreOnRecord({ mappings, instances }: CloudPicture): readonly string[] {
  const there = instances.filter((row) => row.deleted_at !== null).map((row) => `${row.id} in ${row.cell}`)
  const deleted = mappings.filter((row) => row.deleted === 1 && row.cell !== null)
  const wanted = deleted.map((row) => `${row.server} in ${row.cell}`)
  return missing(wanted, there).map((server) => `${server} was deleted and is not on record`)
}
