import type { CloudPicture } from './cloud-picture.ts'
import type { Flavor } from '../../domain/flavor/flavor.ts'

export type InstanceInCell = CloudPicture['instances'][number]

/** Those that have not been deleted. */
export function standing(picture: CloudPicture): readonly InstanceInCell[] {
  return picture.instances.filter((row) => row.deleted_at === null)
}

/** Those whose guest is on a host, running or not. */
export function hosted(picture: CloudPicture): readonly InstanceInCell[] {
  return standing(picture).filter((row) => row.host !== null && row.launched_at !== null)
}

export const flavorOf = (row: InstanceInCell): Flavor => JSON.parse(row.flavor) as Flavor

/** What is among the first and not among the others. */
export function missing(wanted: Iterable<string>, there: Iterable<string>): readonly string[] {
  const known = new Set(there)
  return [...new Set(wanted)].filter((one) => !known.has(one))
}
