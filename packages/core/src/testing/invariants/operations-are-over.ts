import type { CloudPicture } from './cloud-picture.ts'
import type { JournalEntry } from '../../domain/operation/operation.ts'
import { isOver } from '../../saga/operations.ts'

/** No operation is under way, held, or left for an operator (I4, I5). */
export function operationsAreOver({ operations }: CloudPicture): readonly string[] {
  return operations
    .filter((row) => row.live !== 0 || !isOver(row.state) || row.lease_until !== null || row.needs_repair !== 0)
    .map((row) => `${row.kind} ${row.id} is ${row.state} at step ${row.cursor}, try ${row.tries}`)
}

/** What failed was undone, step by step, back to the first (the way back is never given up). */
export function failuresAreUndone({ operations }: CloudPicture): readonly string[] {
  return operations
    .filter((row) => row.state === 'failed')
    .flatMap((row) => {
      const journal = JSON.parse(row.journal) as readonly JournalEntry[]
      const undone = new Set(journal.filter((entry) => entry.phase === 'undone').map((entry) => entry.step))
      const open = journal.filter((entry) => entry.phase === 'undoing' && !undone.has(entry.step))
      return open.map((entry) => `${row.id}: the undo of ${entry.step} has no end`)
    })
}
