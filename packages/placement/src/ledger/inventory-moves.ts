import { statement, wholeNumber, type GlobalTx, type ProviderId } from '@novakit/core'
import type { Expression, ExpressionBuilder, Kysely, SqlBool } from 'kysely'
import { paced } from './batches.ts'
import { breathing } from './breath.ts'
import type { Move } from './plan.ts'
import { tables, type InventoryRow, type LedgerTables } from './tables.ts'

/**
 * Adds every move to `used`, each under its own predicate, in one UPDATE per provider. False if one of them found no
 * row that could take it: a claim is then undone, while a release goes on with the rest.
 *
 * Only this predicate protects the capacity. It needs no isolation but that of the row: whoever waited for the row's
 * lock has it compared again with the row as it is then.
 */
export async function moveInventories(tx: GlobalTx, moves: readonly Move[]): Promise<boolean> {
  if (moves.length > 1 && !tx.dialect.singleWriter) await lockInOrder(tx, moves)
  let all = true
  const breathe = breathing(100)
  for (const ofProvider of Map.groupBy(moves, (move) => move.provider).values()) {
    for await (const batch of paced(ofProvider, CLASSES_PER_STATEMENT)) {
      all = (await moveOnProvider(tx, batch, 'each')) && all
    }
    await breathe()
  }
  return all
}

/**
 * The same for one provider, where a move that cannot be made keeps the others from being made. Not in MySQL, which
 * cannot look at a table while it writes it.
 */
export async function moveTogether(tx: GlobalTx, moves: readonly Move[]): Promise<boolean> {
  if (moves.length > 1 && !tx.dialect.singleWriter) await lockInOrder(tx, moves)
  return moveOnProvider(tx, moves, moves.length > 1 ? 'all' : 'each')
}

/** More classes of one provider than any hardware has; a statement has a place for each of them. */
export const CLASSES_PER_STATEMENT = 16

type Together = 'each' | 'all' | 'told'

/**
 * The same as {@link moveTogether} in a database of one writer, telling what is used then. Null if one of them cannot be
 * made; then none is.
 */
export async function moveTold(tx: GlobalTx, moves: readonly Move[]): Promise<ReadonlyMap<string, number> | null> {
  const [first] = moves
  if (first === undefined) return new Map()
  const { rows } = await moveLike(moves, 'told')(tx, valuesOf(first.provider, moves))
  if (rows.length !== moves.length) return null
  return new Map(rows.map((row) => [row.resource_class, wholeNumber(row.used)]))
}

async function moveOnProvider(tx: GlobalTx, moves: readonly Move[], how: Together): Promise<boolean> {
  const [first] = moves
  if (first === undefined) return true
  const { changed } = await moveLike(moves, how)(tx, valuesOf(first.provider, moves))
  return changed === moves.length
}

interface Shape {
  /** Whether it takes, and so must find room. */
  readonly takes: boolean
  /** How many amounts must keep to the units. */
  readonly amounts: number
}

type Values = Readonly<Record<string, string | number>>
interface Moved {
  readonly changed: number
  /** Only where it is asked to tell. */
  readonly rows: readonly Pick<InventoryRow, 'resource_class' | 'used'>[]
}

type MoveStatement = (tx: GlobalTx, values: Values) => Promise<Moved>

const moveLike = byShape()

/** Few shapes come again and again: a claim of so many classes, and its release. What is odd is not kept. */
function byShape(kept = 500): (moves: readonly Move[], how: Together) => MoveStatement {
  const prepared = new Map<string, MoveStatement>()
  return (moves, how) => {
    const shapes = moves.map(({ delta, amounts }) => ({ takes: delta > 0, amounts: amounts.length }))
    const key = how + shapes.map(({ takes, amounts }) => `${takes ? '+' : '-'}${amounts}`).join('')
    const known = prepared.get(key)
    if (known !== undefined) return known
    const made = statement((db: Kysely<LedgerTables>, v: Values) =>
      update(db, v, shapes, how),
    ) as unknown as MoveStatement
    if (prepared.size < kept) prepared.set(key, made)
    return made
  }
}

function valuesOf(provider: ProviderId, moves: readonly Move[]): Values {
  const values: Record<string, string | number> = { provider, moves: moves.length }
  for (const [at, { resourceClass, delta, amounts }] of moves.entries()) {
    values[`class${at}`] = resourceClass
    values[`delta${at}`] = delta
    if (amounts.length > 0) {
      values[`least${at}`] = Math.min(...amounts)
      values[`most${at}`] = Math.max(...amounts)
    }
    for (const [nth, amount] of amounts.entries()) values[`amount${at}of${nth}`] = amount
  }
  return values
}

type Inventories = ExpressionBuilder<LedgerTables, 'inventory'>

function update(db: Kysely<LedgerTables>, v: Values, shapes: readonly Shape[], how: Together) {
  const canTake = (eb: Inventories) => eb.or(shapes.map((shape, at) => fits(eb, v, shape, at)))
  // Said beside the tests, so that the rows are found by their key.
  const classes = shapes.map((_, at) => v[`class${at}`] as string)
  const query = db
    .updateTable('inventory')
    .set((eb) => ({ used: usedAfter(eb, v, shapes.length) }))
    .where('provider', '=', v['provider'] as string)
    .where('resource_class', 'in', classes)
    .where(canTake)
  if (how === 'each') return query
  const fitting = db
    .selectFrom('inventory')
    .select((eb) => eb.fn.countAll<number>().as('fitting'))
    .where('provider', '=', v['provider'] as string)
    .where('resource_class', 'in', classes)
    .where(canTake)
  const together = query.where((eb) => eb(fitting, '=', v['moves'] as number))
  return how === 'all' ? together : together.returning(['resource_class', 'used'])
}

/** The amounts stand in sums with the column, which tells PostgreSQL that they are numbers. */
function usedAfter(eb: Inventories, v: Values, moves: number): Expression<number> {
  const plus = (at: number) => eb('used', '+', v[`delta${at}`] as number)
  if (moves === 1) return plus(0)
  let cases = eb
    .case('resource_class')
    .when(v['class0'] as string)
    .then(plus(0))
  for (let at = 1; at < moves; at++) cases = cases.when(v[`class${at}`] as string).then(plus(at))
  return cases.else(eb.ref('used')).end()
}

function fits(eb: Inventories, v: Values, { takes, amounts }: Shape, at: number): Expression<SqlBool> {
  const tests: Expression<SqlBool>[] = [eb('resource_class', '=', v[`class${at}`] as string)]
  if (takes) tests.push(eb(eb('used', '+', v[`delta${at}`] as number), '<=', eb.ref('capacity')))
  if (amounts > 0) {
    tests.push(eb('min_unit', '<=', v[`least${at}`] as number), eb('max_unit', '>=', v[`most${at}`] as number))
    for (let nth = 0; nth < amounts; nth++) {
      tests.push(eb(eb(eb.val(v[`amount${at}of${nth}`] as number), '%', eb.ref('step_size')), '=', 0))
    }
  }
  return eb.and(tests)
}

/** One UPDATE locks several rows in whatever order the database finds them; two of them could wait for each other. */
async function lockInOrder(tx: GlobalTx, moves: readonly Move[]): Promise<void> {
  for await (const batch of paced(moves)) {
    await tables(tx)
      .selectFrom('inventory')
      .select('provider')
      .where((eb) =>
        eb.or(batch.map((move) => eb.and({ provider: move.provider, resource_class: move.resourceClass }))),
      )
      .orderBy('provider')
      .orderBy('resource_class')
      .forUpdate()
      .execute()
  }
}
