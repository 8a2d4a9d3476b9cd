import type { GuestActionName } from '../domain/server/guest-actions.ts'
import type { Json } from '../domain/json.ts'
import type { ServerId } from '../domain/ids.ts'
import type { VmState } from '../domain/server/states.ts'

/** The request of an operation that carries out a guest action. */
export interface ActionRequest {
  readonly server: ServerId
  readonly action: GuestActionName
  /** Where the server rested when it began. */
  readonly from: VmState
  /** The guest's epoch then: it acts on no other. */
  readonly epoch: number
  /** Which of the server's actions it is. */
  readonly sequence: number
  /** What else the order needs; secrets are sealed. */
  readonly options: Json
}

/** The saga that carries an action out. */
export const actionKind = (action: GuestActionName): string => `server.${action}`
