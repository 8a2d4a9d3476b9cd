import type { CellId, ServerId } from '../../domain/ids.ts'
import type { ConductorDeps } from '../deps.ts'
import type { Step } from '../../saga/index.ts'

/** The request of a `server.delete` or `server.cancel` operation. */
export interface DeleteRequest {
  readonly server: ServerId
}

export interface Deletion {
  readonly deps: ConductorDeps
  readonly cell: CellId
}

export type DeleteStep = Step<'cell', DeleteRequest>
