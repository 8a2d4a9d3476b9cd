import type { NewImage } from '../ports/image.ts'
import type { SnapshotRequest } from './snapshot-request.ts'

/** What an image service is asked for, by whoever comes first. */
export function newImageOf({
  server,
  project,
  snapshot,
}: Pick<SnapshotRequest, 'server' | 'project' | 'snapshot'>): NewImage {
  const { image: id, ...rest } = snapshot
  return { id, ...rest, owner: project, fromServer: server }
}
