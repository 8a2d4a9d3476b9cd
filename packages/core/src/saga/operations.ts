import type { Instant, Millis } from '../domain/unit/units.ts'
import { sql, type ExpressionBuilder, type Kysely, type Selectable } from 'kysely'
import type { JournalEntry, Operation, OperationState, ParentOperation, Report } from '../domain/operation/operation.ts'
import type { Json } from '../domain/json.ts'
import type { OperationId } from '../domain/ids.ts'
import type { OperationRow, SpineTables } from './tables.ts'
import type { Problem } from '../domain/error.ts'
import type { StoreKind } from './step.ts'
import type { StoreName } from '../domain/storage/store-name.ts'
import type { Tx } from '../ports/storage.ts'
import { id } from '../domain/ids.ts'
import { instant } from '../domain/unit/units.ts'
import { insert, insertIgnore, statement, statements } from '../storage/index.ts'
import { operationErrors } from '../domain/operation/errors.ts'

/** An intent, as whoever accepts it writes it down. */
export interface NewOperation {
  readonly id: OperationId
  readonly kind: string
  readonly subject: string
  readonly parent?: ParentOperation
  readonly request: Json
  /** From then on it is given up and undone, unless it is past its pivot. */
  readonly deadline?: Instant
  readonly traceId: string
}

/** The right to work, for who asks before there is anything to work on. */
export interface NewLease {
  readonly owner: string
  readonly for: Millis
}

/**
 * Writes an intent down: from the commit on it will end, whatever happens. With a lease, its holder begins at once.
 * @returns it as it is then
 */
export async function accept<Kind extends StoreKind>(
  tx: Tx<Kind>,
  operation: NewOperation,
  lease: NewLease | null = null,
): Promise<Operation> {
  const row = newRow(operation, await tx.now(), lease)
  await insert(tx, 'operation', [{ ...row }])
  return toOperation(row, operation.request)
}

/**
 * The same, unless it is written down already.
 * @returns the operation, null where it was there
 */
export async function acceptOnce<Kind extends StoreKind>(
  tx: Tx<Kind>,
  operation: NewOperation,
  lease: NewLease | null = null,
): Promise<Operation | null> {
  const row = newRow(operation, await tx.now(), lease)
  return (await insertIgnore(tx, 'operation', [{ ...row }])) === 1 ? toOperation(row, operation.request) : null
}

function newRow(operation: NewOperation, now: Instant, lease: NewLease | null = null): Selectable<OperationRow> {
  return {
    id: operation.id,
    kind: operation.kind,
    subject: operation.subject,
    parent: operation.parent?.operation ?? null,
    parent_store: operation.parent?.store ?? null,
    request: JSON.stringify(operation.request),
    state: lease === null ? 'accepted' : 'running',
    journal: '[]',
    report: null,
    live: 1,
    cursor: 0,
    attempt: 1,
    tries: 0,
    waiting_step: null,
    waiting_host: null,
    waiting_epoch: null,
    waiting_command: null,
    problem: null,
    needs_repair: 0,
    deadline: operation.deadline ?? null,
    due_at: now,
    wakes: 0,
    lease_owner: lease?.owner ?? null,
    lease_epoch: lease === null ? 0 : 1,
    lease_until: lease === null ? null : now + lease.for,
    created_at: now,
    ended_at: null,
    trace_id: operation.traceId,
  }
}

const byId = statement((db: Kysely<SpineTables>, v: { id: string }) =>
  db.selectFrom('operation').selectAll().where('id', '=', v.id),
)

export async function loadOperation<Kind extends StoreKind>(
  tx: Tx<Kind>,
  operation: OperationId,
): Promise<Operation | null> {
  const [row] = (await byId(tx, { id: operation })).rows
  return row === undefined ? null : toOperation(row)
}

/** What others want to know of an operation. */
export interface OperationStanding {
  readonly state: OperationState
  readonly problem: Problem | null
}

const standing = statement((db: Kysely<SpineTables>, v: { id: string }) =>
  db.selectFrom('operation').select(['id', 'state', 'problem']).where('id', '=', v.id),
)

/** How these operations stand. Those that are not there are not in it. */
export async function operationStandings<Kind extends StoreKind>(
  tx: Tx<Kind>,
  operations: readonly OperationId[],
): Promise<ReadonlyMap<OperationId, OperationStanding>> {
  const [first] = operations
  if (first === undefined) return new Map()
  const columns = tx.db<SpineTables>().selectFrom('operation').select(['id', 'state', 'problem'])
  const rows =
    operations.length === 1
      ? (await standing(tx, { id: first })).rows
      : await columns.where('id', 'in', operations).execute()
  return new Map(
    rows.map(({ id: known, state, problem }) => [id<OperationId>(known), { state, problem: problemIn(problem) }]),
  )
}

const problemIn = (text: string | null): Problem | null => (text === null ? null : (JSON.parse(text) as Problem))

/** Operations about one subject that have not ended, oldest first. */
export async function liveOperations<Kind extends StoreKind>(
  tx: Tx<Kind>,
  subject: string,
): Promise<readonly Operation[]> {
  const rows = await tx
    .db<SpineTables>()
    .selectFrom('operation')
    .selectAll()
    .where('subject', '=', subject)
    .where('live', '=', 1)
    .orderBy('created_at')
    .orderBy('id')
    .execute()
  return rows.map((row) => toOperation(row))
}

const due = statement((db: Kysely<SpineTables>, v: { now: number; limit: number }) =>
  db
    .selectFrom('operation')
    .select('id')
    // Not as a parameter: the index is of those rows only, and the planner must see that.
    .where('live', '=', sql.lit(1))
    .where('due_at', '<=', v.now)
    .where((where) => where.or([where('lease_until', 'is', null), where('lease_until', '<=', v.now)]))
    .orderBy('due_at')
    .limit(v.limit),
)

/** Ids of operations that are due and that nobody works on, the longest due first. */
export async function dueOperations<Kind extends StoreKind>(
  tx: Tx<Kind>,
  limit: number,
): Promise<readonly OperationId[]> {
  const { rows } = await due(tx, { now: await tx.now(), limit })
  return rows.map((row) => id<OperationId>(row.id))
}

interface Acquiring {
  readonly id: string
  readonly owner: string
  readonly now: number
  readonly until: number
  /** It has to be due by then. */
  readonly due: number
}

const acquiring = (db: Kysely<SpineTables>, v: Acquiring) =>
  db
    .updateTable('operation')
    .set((set) => ({
      lease_owner: v.owner,
      lease_epoch: set('lease_epoch', '+', 1),
      lease_until: v.until,
      state: set
        .case()
        .when('state', '=', 'undoing')
        .then('undoing' as const)
        .else('running' as const)
        .end(),
    }))
    .where('id', '=', v.id)
    .where('live', '=', 1)
    .where('due_at', '<=', v.due)
    .where((where) => where.or([where('lease_until', 'is', null), where('lease_until', '<=', v.now)]))

const acquireAndRead = statement((db: Kysely<SpineTables>, v: Acquiring) => acquiring(db, v).returningAll())
const acquireOnly = statement(acquiring)

/** Whether an operation is to be taken only when its time has come, or because something that it waits for has happened. */
export type Occasion = 'due' | 'woken'

/**
 * Takes the right to work on an operation, or null where another was quicker or it is not due. One that another works
 * on hears of the wake-up then.
 */
export async function acquire<Kind extends StoreKind>(
  tx: Tx<Kind>,
  operation: OperationId,
  lease: NewLease,
  occasion: Occasion = 'due',
): Promise<Operation | null> {
  const now = await tx.now()
  const due = occasion === 'due' ? now : Number.MAX_SAFE_INTEGER
  const values = { id: operation, owner: lease.owner, now, until: now + lease.for, due }
  const taken = await (tx.dialect.returning ? acquireInOne(tx, values) : acquireInTwo(tx, operation, values))
  if (taken === null && occasion === 'woken') await makeDue(tx, operation)
  return taken
}

async function acquireInOne<Kind extends StoreKind>(tx: Tx<Kind>, values: Acquiring): Promise<Operation | null> {
  const [row] = (await acquireAndRead(tx, values)).rows
  return row === undefined ? null : toOperation(row)
}

async function acquireInTwo<Kind extends StoreKind>(
  tx: Tx<Kind>,
  operation: OperationId,
  values: Acquiring,
): Promise<Operation | null> {
  const { changed } = await acquireOnly(tx, values)
  return changed === 1 ? loadOperation(tx, operation) : null
}

/** What may change on an operation's row while it is held. */
export type OperationChange = Partial<
  Pick<
    OperationRow,
    | 'state'
    | 'journal'
    | 'live'
    | 'cursor'
    | 'attempt'
    | 'tries'
    | 'waiting_step'
    | 'waiting_host'
    | 'waiting_epoch'
    | 'waiting_command'
    | 'problem'
    | 'needs_repair'
    | 'due_at'
    | 'lease_until'
    | 'ended_at'
  >
>

interface Held {
  readonly held: string
  readonly epoch: number
  readonly wakes_seen: number
  readonly now: number
}

/** `else` is never reached: it tells PostgreSQL what the values are. */
function unlessWoken(set: ExpressionBuilder<SpineTables, 'operation'>, v: OperationChange & Held) {
  return set
    .case()
    .when('wakes', '=', v.wakes_seen)
    .then(v.due_at as number)
    .when('wakes', '<>', v.wakes_seen)
    .then(v.now)
    .else(set.ref('due_at'))
    .end()
}

/** Few sets of columns are ever changed together. */
const changing = statements(
  (columns: readonly (keyof OperationChange)[]) => columns.join(),
  (columns) =>
    statement((db: Kysely<SpineTables>, v: OperationChange & Held) =>
      db
        .updateTable('operation')
        .set((set) => ({
          ...Object.fromEntries(columns.map((column) => [column, v[column]])),
          // A wake-up that came since it was taken is heard now, and not when its time comes.
          ...(columns.includes('due_at') ? { due_at: unlessWoken(set, v) } : {}),
        }))
        .where('id', '=', v.held)
        .where('live', '=', 1)
        .where('lease_epoch', '=', v.epoch),
    ),
)

/**
 * The one write a holder makes to its operation. Everything it writes for the operation belongs in the same
 * transaction: when the lease is lost, all of it is rolled back.
 * @throws `operation.lease_lost`
 */
export async function changeHeld<Kind extends StoreKind>(
  tx: Tx<Kind>,
  held: Operation,
  change: OperationChange,
): Promise<void> {
  const columns = (Object.keys(change) as (keyof OperationChange)[]).toSorted()
  const where = { held: held.id, epoch: held.lease?.epoch ?? -1, wakes_seen: held.wakes, now: await tx.now() }
  const { changed } = await changing(columns)(tx, { ...change, ...where })
  if (changed !== 1) throw operationErrors.lease_lost({ operation: held.id })
}

/** Holds an operation for longer. @returns false where it was let go, or another has taken it: then nothing changes */
export async function renewLease<Kind extends StoreKind>(
  tx: Tx<Kind>,
  held: Operation,
  leaseFor: Millis,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .db<SpineTables>()
    .updateTable('operation')
    .set({ lease_until: (await tx.now()) + leaseFor })
    .where('id', '=', held.id)
    .where('live', '=', 1)
    .where('lease_epoch', '=', held.lease?.epoch ?? -1)
    .where('lease_until', 'is not', null)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

const wake = statement((db: Kysely<SpineTables>, v: { id: string; now: number }) =>
  db
    .updateTable('operation')
    .set((set) => ({
      wakes: set('wakes', '+', 1),
      due_at: set.case().when('due_at', '>', v.now).then(v.now).else(set.ref('due_at')).end(),
    }))
    .where('id', '=', v.id)
    .where('live', '=', 1),
)

/** Makes a waiting operation due at once; one that is being worked on will not wait before it has looked once more. */
export async function makeDue<Kind extends StoreKind>(tx: Tx<Kind>, operation: OperationId): Promise<void> {
  await wake(tx, { id: operation, now: await tx.now() })
}

/** @param request what is in the row, where it is at hand */
export function toOperation(row: Selectable<OperationRow>, request = JSON.parse(row.request) as Json): Operation {
  return {
    id: id<OperationId>(row.id),
    kind: row.kind,
    subject: row.subject,
    parent: parentOf(row),
    request,
    state: row.state,
    journal: JSON.parse(row.journal) as JournalEntry[],
    report: row.report === null ? null : (JSON.parse(row.report) as Report),
    cursor: row.cursor,
    attempt: row.attempt,
    tries: row.tries,
    problem: problemIn(row.problem),
    needsRepair: row.needs_repair === 1,
    deadline: row.deadline === null ? null : instant(row.deadline),
    dueAt: instant(row.due_at),
    wakes: row.wakes,
    lease:
      row.lease_owner === null || row.lease_until === null
        ? null
        : { owner: row.lease_owner, epoch: row.lease_epoch, until: instant(row.lease_until) },
    createdAt: instant(row.created_at),
    endedAt: row.ended_at === null ? null : instant(row.ended_at),
    traceId: row.trace_id,
  }
}

function parentOf(row: Selectable<OperationRow>): ParentOperation | null {
  if (row.parent === null || row.parent_store === null) return null
  return { store: row.parent_store as StoreName, operation: id<OperationId>(row.parent) }
}

export const isOver = (state: OperationState): boolean => state === 'done' || state === 'failed'
