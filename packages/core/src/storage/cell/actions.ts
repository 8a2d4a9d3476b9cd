import type { CellTables } from './tables.ts'
import type { Kysely } from 'kysely'
import type { CellTx } from '../../ports/storage.ts'
import type { OperationId, ServerId } from '../../domain/ids.ts'
import type { Problem } from '../../domain/error.ts'
import type { ServerAction } from '../../domain/server/server.ts'
import { insertIgnore, statement } from '../index.ts'
import { instant } from '../../domain/unit/units.ts'

export interface NewAction {
  readonly server: ServerId
  readonly operation: OperationId
  readonly action: string
  readonly requestId: string
  readonly project: string
  readonly user: string
}

/** One line of a server's history; once per operation. */
export async function startAction(tx: CellTx, action: NewAction): Promise<void> {
  const { requestId, ...rest } = action
  const row = {
    ...rest,
    request_id: requestId,
    started_at: await tx.now(),
    finished_at: null,
    result: null,
    message: null,
  }
  await insertIgnore(tx, 'instance_action', [row])
}

export async function finishAction(
  tx: CellTx,
  operation: OperationId,
  server: ServerId,
  problem: Problem | null,
): Promise<void> {
  const result = problem === null ? 'success' : 'error'
  await end(tx, { operation, server, now: await tx.now(), result, message: problem?.message ?? null })
}

interface Ending {
  readonly operation: string
  readonly server: string
  readonly now: number
  readonly result: 'success' | 'error'
  readonly message: string | null
}

const end = statement((db: Kysely<CellTables>, v: Ending) =>
  db
    .updateTable('instance_action')
    .set({ finished_at: v.now, result: v.result, message: v.message })
    .where('operation', '=', v.operation)
    .where('server', '=', v.server)
    .where('finished_at', 'is', null),
)

/** Takes back the line of an attempt that left no trace otherwise. */
export async function dropAction(tx: CellTx, operation: OperationId, server: ServerId): Promise<void> {
  await tx
    .db<CellTables>()
    .deleteFrom('instance_action')
    .where('operation', '=', operation)
    .where('server', '=', server)
    .execute()
}

/** Newest first. */
export async function actionsOf(tx: CellTx, server: ServerId): Promise<readonly ServerAction[]> {
  const rows = await tx
    .db<CellTables>()
    .selectFrom('instance_action')
    .selectAll()
    .where('server', '=', server)
    .orderBy('started_at', 'desc')
    .execute()
  return rows.map((row) => ({
    server,
    action: row.action,
    requestId: row.request_id,
    user: row.user as ServerAction['user'],
    project: row.project as ServerAction['project'],
    startedAt: instant(row.started_at),
    finishedAt: row.finished_at === null ? null : instant(row.finished_at),
    result: row.result,
    message: row.message,
  }))
}

/** Keeps what went wrong with a server; once per operation. */
export async function addFault(tx: CellTx, server: ServerId, operation: OperationId, problem: Problem): Promise<void> {
  await insertIgnore(tx, 'instance_fault', [
    { server, operation, problem: JSON.stringify(problem), at: await tx.now() },
  ])
}
