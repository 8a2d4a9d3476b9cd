import type { ImageId, ProjectId, ServerId } from '../../../domain/ids.ts'
import type { InstanceRow } from '../../../storage/cell/tables.ts'
import type { RequestContext } from '../../../domain/context/request-context.ts'
import type { ServerBlueprint } from '../../../domain/server/blueprint.ts'
import type { Snapshot } from '../../../domain/server/snapshot.ts'
import { id } from '../../../domain/ids.ts'
import { snapshotOf } from '../../../domain/server/snapshot.ts'

/** What an image of a server will be, as the server is now. */
export function snapshotFrom(
  row: InstanceRow,
  { user }: RequestContext,
  image: ImageId,
  name: string,
  type: 'snapshot' | 'backup',
  more: Readonly<Record<string, string>>,
): Snapshot {
  const { image: base, flavor } = JSON.parse(row.blueprint) as ServerBlueprint
  const [server, project] = [id<ServerId>(row.id), id<ProjectId>(row.project)]
  return snapshotOf({ image, name, type, user, server, project, base, disk: flavor.disk, more })
}
