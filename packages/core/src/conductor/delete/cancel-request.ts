import type { ProjectId, ServerId } from '../../domain/ids.ts'

/** The request of a `server.cancel` operation. */
export interface CancelRequest {
  readonly server: ServerId
  readonly project: ProjectId
}
