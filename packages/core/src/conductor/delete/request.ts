import type { ServerId } from '../../domain/ids.ts'
import type { Step } from '../../saga/index.ts'

/** The request of a `server.delete` or `server.cancel` operation. */
export interface DeleteRequest {
  readonly server: ServerId
}

export type DeleteStep = Step<'cell', DeleteRequest>
