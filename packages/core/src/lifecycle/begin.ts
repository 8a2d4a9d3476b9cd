import type { Action, Move } from '../domain/server/moves.ts'
import type { CellTx } from '../ports/storage.ts'
import type { EventName } from '../domain/event/event.ts'
import type { Ids } from '../ports/ids.ts'
import type { InstanceChange } from '../storage/cell/instances.ts'
import type { InstanceRow } from '../storage/cell/tables.ts'
import type { Json } from '../domain/json.ts'
import type { OperationId, ProjectId, ServerId } from '../domain/ids.ts'
import type { RequestContext } from '../domain/context/request-context.ts'
import type { Millis } from '../domain/unit/units.ts'
import { accept, publish } from '../saga/index.ts'
import { changeInstance } from '../storage/cell/instances.ts'
import { id } from '../domain/ids.ts'
import { later } from '../domain/unit/units.ts'
import { moves } from '../domain/server/moves.ts'
import { startAction } from '../storage/cell/actions.ts'

/** What begins. */
export interface Beginning {
  readonly action: Action
  /** The saga that carries it out. */
  readonly kind: string
  /** The action in the server's history; null: it has no line of its own there. */
  readonly record: string | null
  /** The event that tells of it. */
  readonly event: Extract<EventName, `instance.${string}.start`>
  /** What the event tells besides. */
  readonly tells?: object
  /** @param sequence which of the server's actions it is */
  request(sequence: number): unknown
  /** Written in the same stroke as the task state. */
  readonly change?: InstanceChange
  /** How many numbers it takes: orders that must be told apart have one each. Default 1. */
  readonly orders?: number
  /** Given up after that long, where it can be. */
  readonly within: Millis
  /** Of the operation, where the same is to begin once only; otherwise a fresh one. */
  readonly operation?: OperationId
}

/**
 * Begins an action on a server that may begin it: task state, history, event and operation, in the caller's
 * transaction.
 * @returns the operation; null where the server changed since the row was read
 */
export async function begin(
  tx: CellTx,
  { ids }: { readonly ids: Ids },
  { requestId, user }: Pick<RequestContext, 'requestId' | 'user'>,
  row: InstanceRow,
  beginning: Beginning,
): Promise<OperationId | null> {
  const { action, kind, record, event, tells = {}, request, change = {}, within } = beginning
  const { operation = id<OperationId>(ids.uuid()), orders = 1 } = beginning
  const { epoch } = row
  const [server, project] = [id<ServerId>(row.id), id<ProjectId>(row.project)]
  const [first = row.task_state] = (moves[action] as Move).through
  const sequence = row.sequence + 1
  const begun = { ...change, sequence: row.sequence + orders, taskState: first }
  if (!(await changeInstance(tx, server, { taskState: row.task_state, epoch }, begun))) return null
  await accept(tx, {
    id: operation,
    kind,
    subject: server,
    request: request(sequence) as Json,
    deadline: later(await tx.now(), within),
    traceId: requestId,
  })
  if (record !== null) await startAction(tx, { server, operation, action: record, requestId, project, user })
  await publish(tx, ids, server, event, { server, project, operation, ...tells } as never)
  return operation
}
