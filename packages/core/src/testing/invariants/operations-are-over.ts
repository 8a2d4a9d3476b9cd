import type { CloudPicture } from './cloud-picture.ts'
import { isOver } from '../../saga/operations.ts'

/** No operation is under way, held, or left for an operator (I4, I5). */
export function operationsAreOver({ operations }: CloudPicture): readonly string[] {
  return operations
    .filter((row) => row.live !== 0 || !isOver(row.state) || row.lease_until !== null || row.needs_repair !== 0)
    .map((row) => `${row.kind} ${row.id} is ${row.state} at step ${row.cursor}, try ${row.tries}`)
}

/** What failed was undone, step by step, back to the first (the way back is never given up). */
export function failuresAreUndone({ operations, journal }: CloudPicture): readonly string[] {
  const failed = new Set(operations.filter((row) => row.state === 'failed').map((row) => row.id))
  const entries = journal.filter((entry) => failed.has(entry.operation))
  const undone = new Set(entries.filter((entry) => entry.phase === 'undone').map(keyOf))
  return entries
    .filter((entry) => entry.phase === 'undoing' && !undone.has(keyOf(entry)))
    .map((entry) => `${entry.operation}: the undo of ${entry.step} has no end`)
}

const keyOf = ({ operation, step }: CloudPicture['journal'][number]): string => `${operation} ${step}`
