import type { Problem } from '../error.ts'
import type { CellId, HostName, ImageId, OperationId, ProjectId, ServerId } from '../ids.ts'
import type { Instant } from '../unit/units.ts'
import type { guestActions } from '../server/guest-actions.ts'

/** What every event carries. `seq` grows within one store; events of one subject arrive in its order, at least once. */
export interface EventBase {
  readonly id: string
  readonly seq: number
  readonly at: Instant
  readonly store: 'global' | CellId
  /** Version of the payload's shape. */
  readonly version: 1
}

interface ServerEvent {
  readonly server: ServerId
  readonly project: ProjectId
  readonly operation: OperationId | null
}

/** Of an image that is made of a server. */
interface SnapshotEvent extends ServerEvent {
  readonly image: ImageId
}

/**
 * Of resizes and cold migrations alike, as in nova/notifications/objects/instance.py. `resize` is the whole way from
 * the request until the server waits to be confirmed.
 */
type ResizeEvent = 'resize' | 'resize_confirm' | 'resize_revert'

/** Actions that are told of when they begin, and how they end. */
type ToldAction =
  | (typeof guestActions)[keyof typeof guestActions]['told']
  | 'evacuate'
  | 'volume_attach'
  | 'volume_detach'
  | 'interface_attach'
  | 'interface_detach'
  | ResizeEvent
  | 'shelve'
  | 'shelve_offload'
  | 'unshelve'

type ActionPayloads = {
  [Told in ToldAction as `instance.${Told}.${'start' | 'end'}`]: ServerEvent
} & {
  [Told in ToldAction as `instance.${Told}.error`]: ServerEvent & { readonly problem: Problem }
}

/** Payloads by name: `object.action.phase`, as Nova's versioned notifications are named. */
export interface EventPayloads extends ActionPayloads {
  'instance.create.start': ServerEvent & { readonly name: string }
  'instance.create.end': ServerEvent & { readonly name: string; readonly host: HostName }
  'instance.create.error': ServerEvent & { readonly name: string; readonly problem: Problem }
  'instance.delete.start': ServerEvent
  'instance.delete.end': ServerEvent
  'instance.snapshot.start': SnapshotEvent
  'instance.snapshot.end': SnapshotEvent
  'instance.snapshot.error': SnapshotEvent & { readonly problem: Problem }
  'instance.lock': ServerEvent & { readonly reason: string | null }
  'instance.unlock': ServerEvent
  'instance.update': ServerEvent
  'cell.down': { readonly cell: CellId }
  'cell.up': { readonly cell: CellId }
  'operation.needs_repair': { readonly operation: OperationId; readonly kind: string; readonly problem: Problem }
}

export type EventName = keyof EventPayloads
export type CloudEvent<Name extends EventName = EventName> = {
  [N in Name]: EventBase & { readonly name: N; readonly payload: EventPayloads[N] }
}[Name]
