import type { Json } from '../domain/json.ts'
import type { OperationId } from '../domain/ids.ts'
import type { SpineTables } from './tables.ts'
import type { StoreKind } from './step.ts'
import type { Tx } from '../ports/storage.ts'
import { insertIgnore } from '../storage/index.ts'

/**
 * A step's write to a store that is not its operation's. It happens once per operation and step, and never after its
 * undo: the undo takes the run's mark too, so that a stalled worker that comes back late finds the door closed.
 *
 * The unique key is what decides, so this holds at READ COMMITTED: of a late run and an undo, one waits for the other.
 */
export async function crossOnce<Kind extends StoreKind>(
  tx: Tx<Kind>,
  operation: OperationId,
  step: string,
  work: () => Promise<Json>,
): Promise<Json> {
  if (!(await mark(tx, operation, step, 'run'))) return outputOf(tx, operation, step)
  const output = await work()
  if (output !== null) await remember(tx, operation, step, output)
  return output
}

/**
 * The way back of {@link crossOnce}: happens once, and closes the door for a run that comes late.
 * @param work is given what the run put out, null where it never was
 */
export async function uncrossOnce<Kind extends StoreKind>(
  tx: Tx<Kind>,
  operation: OperationId,
  step: string,
  work: (output: Json) => Promise<void>,
): Promise<void> {
  const neverRan = await mark(tx, operation, step, 'run')
  if (!(await mark(tx, operation, step, 'undo'))) return
  await work(neverRan ? null : await outputOf(tx, operation, step))
}

async function outputOf<Kind extends StoreKind>(tx: Tx<Kind>, operation: OperationId, step: string): Promise<Json> {
  const row = await tx
    .db<SpineTables>()
    .selectFrom('crossing')
    .select('output')
    .where('operation', '=', operation)
    .where('step', '=', step)
    .where('phase', '=', 'run')
    .executeTakeFirstOrThrow()
  return JSON.parse(row.output) as Json
}

async function mark<Kind extends StoreKind>(
  tx: Tx<Kind>,
  operation: OperationId,
  step: string,
  phase: 'run' | 'undo',
): Promise<boolean> {
  const row = { operation, step, phase, output: 'null', at: await tx.now() }
  return (await insertIgnore(tx, 'crossing', [row])) === 1
}

async function remember<Kind extends StoreKind>(
  tx: Tx<Kind>,
  operation: OperationId,
  step: string,
  output: Json,
): Promise<void> {
  await tx
    .db<SpineTables>()
    .updateTable('crossing')
    .set({ output: JSON.stringify(output) })
    .where('operation', '=', operation)
    .where('step', '=', step)
    .where('phase', '=', 'run')
    .execute()
}
