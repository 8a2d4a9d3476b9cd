import type { GlobalTables } from './tables.ts'
import type { GlobalTx } from '../../ports/storage.ts'
import type { OperationId, ProjectId, UserId } from '../../domain/ids.ts'
import { countersOf, holdCounter, limitOf, putBack, takeAll, usedOf, type Payer } from './quota-counters.ts'
import { id } from '../../domain/ids.ts'
import { insertIgnore } from '../index.ts'
import { limitsInForce } from './quota-limits.ts'
import { locked } from '../dialect/locked.ts'
import { quotaErrors } from '../../domain/quota/errors.ts'
import { quotaResources, UNLIMITED, type QuotaResource } from '../../domain/quota/quota.ts'

/** What adds up. The others limit one server's metadata and one group's members, each by itself. */
export type CountedResource = Exclude<QuotaResource, 'metadata_items' | 'server_group_members'>
export type Amounts = Readonly<Partial<Record<CountedResource, number>>>

export interface Charge extends Payer {
  /** What it is for: a server, a key pair, a group. */
  readonly subject: string
  /** Charged once for each operation, however often it is asked. */
  readonly operation?: OperationId
  readonly amounts: Amounts
}

/** `amounts` for each of the subjects. */
export interface ChargeOfMany extends Omit<Charge, 'subject'> {
  readonly subjects: readonly string[]
}

/**
 * Takes so much of the payer's quota. The same charge for the same operation again changes nothing. After a throw the
 * transaction must not be committed.
 * @throws `quota.exceeded`
 */
export async function charge(tx: GlobalTx, { subject, ...rest }: Charge): Promise<void> {
  await chargeMany(tx, { ...rest, subjects: [subject] })
}

/** As {@link charge} for several that are equal, all or none, in as few statements. @throws `quota.exceeded` */
export async function chargeMany(
  tx: GlobalTx,
  { subjects, amounts, operation, project, user }: ChargeOfMany,
): Promise<void> {
  const lines = linesOf(amounts)
  const rows = subjects.flatMap((subject) =>
    lines.map((line) => ({ subject, operation: operation ?? '', project, user, ...line })),
  )
  const fresh = await insertIgnore(tx, 'quota_charge', rows)
  if (fresh === 0) return
  if (fresh < rows.length) throw new RangeError('Some of these subjects were charged for this before, and some not.')
  const limits = await limitsInForce(tx, project, user)
  const takings = lines.flatMap(({ resource, amount }) =>
    countersOf(resource, { project, user }).map((counter) => {
      return { counter, amount: amount * subjects.length, limit: limitOf(counter, limits) }
    }),
  )
  await takeAll(tx, takings)
}

/**
 * How many of `wanted` equal subjects there is room for. Their counters are held from then on: to charge for so many in
 * the same transaction succeeds.
 */
export async function fits(
  tx: GlobalTx,
  { amounts, ...payer }: Payer & { readonly amounts: Amounts },
  wanted: number,
): Promise<number> {
  const limits = await limitsInForce(tx, payer.project, payer.user)
  let room = wanted
  for (const { resource, amount } of linesOf(amounts)) {
    for (const counter of countersOf(resource, payer)) {
      const limit = limitOf(counter, limits)
      if (limit === UNLIMITED) continue
      const left = limit - (await holdCounter(tx, counter))
      room = Math.min(room, Math.max(0, Math.floor(left / amount)))
    }
  }
  return room
}

/** Whether there is room for so much as things stand; nothing is taken. @throws `quota.exceeded` */
export async function checkQuota(tx: GlobalTx, payer: Payer, amounts: Amounts): Promise<void> {
  const limits = await limitsInForce(tx, payer.project, payer.user)
  for (const { resource, amount } of linesOf(amounts)) {
    for (const counter of countersOf(resource, payer)) {
      const limit = limitOf(counter, limits)
      const used = limit === UNLIMITED ? 0 : await usedOf(tx, counter)
      if (limit !== UNLIMITED && used + amount > limit) {
        throw quotaErrors.exceeded({ resource, requested: amount, used, limit })
      }
    }
  }
}

/**
 * Gives back all that a subject was charged, or what one operation charged for it. To give back is to delete the rows of
 * the charge, which only one can do: whoever comes second finds nothing.
 */
export async function giveBack(tx: GlobalTx, subject: string, operation?: OperationId): Promise<void> {
  const db = tx.db<GlobalTables>()
  let charged = db.selectFrom('quota_charge').selectAll().where('subject', '=', subject)
  let forgetting = db.deleteFrom('quota_charge').where('subject', '=', subject)
  if (operation !== undefined) {
    charged = charged.where('operation', '=', operation)
    forgetting = forgetting.where('operation', '=', operation)
  }
  const rows = await locked(tx, charged).execute()
  if (rows.length === 0) return
  await forgetting.execute()
  for (const row of rows.toSorted((a, b) => rankOf(a.resource) - rankOf(b.resource))) {
    const payer = { project: id<ProjectId>(row.project), user: id<UserId>(row.user) }
    for (const counter of countersOf(row.resource as QuotaResource, payer)) await putBack(tx, counter, row.amount)
  }
}

/**
 * Of what a subject was charged keeps so much of these resources, and gives the rest back. It never charges more:
 * limits are none of its business. Keeping the same again changes nothing.
 */
export async function keepOnly(tx: GlobalTx, subject: string, kept: Amounts): Promise<void> {
  const db = tx.db<GlobalTables>()
  const charged = db.selectFrom('quota_charge').selectAll().where('subject', '=', subject)
  const rows = (await locked(tx, charged).execute()).toSorted((a, b) => rankOf(a.resource) - rankOf(b.resource))
  const room = new Map<string, number>(linesOf(kept).map(({ resource, amount }) => [resource, amount]))
  for (const row of rows) {
    const left = room.get(row.resource)
    if (left === undefined) continue
    const amount = Math.min(row.amount, left)
    room.set(row.resource, left - amount)
    if (amount === row.amount) continue
    const isIt = { subject, operation: row.operation, resource: row.resource }
    await keepOfCharge(tx, isIt, amount)
    const payer = { project: id<ProjectId>(row.project), user: id<UserId>(row.user) }
    for (const counter of countersOf(row.resource as QuotaResource, payer)) {
      await putBack(tx, counter, row.amount - amount)
    }
  }
}

async function keepOfCharge(
  tx: GlobalTx,
  { subject, operation, resource }: { subject: string; operation: string; resource: string },
  amount: number,
): Promise<void> {
  await tx
    .db<GlobalTables>()
    .updateTable('quota_charge')
    .set({ amount })
    .where('subject', '=', subject)
    .where('operation', '=', operation)
    .where('resource', '=', resource)
    .execute()
}

interface Line {
  readonly resource: CountedResource
  readonly amount: number
}

/** What is charged, always in one order. */
function linesOf(amounts: Amounts): readonly Line[] {
  return (Object.entries(amounts) as [CountedResource, number][])
    .map(([resource, amount]) => ({ resource, amount }))
    .filter(({ amount }) => amount > 0)
    .toSorted((a, b) => rankOf(a.resource) - rankOf(b.resource))
}

function rankOf(resource: string): number {
  return quotaResources.indexOf(resource as QuotaResource)
}
