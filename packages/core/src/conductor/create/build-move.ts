import type { GlobalTx } from '../../ports/storage.ts'

/** What is to be written of one server before its next attempt, or at its end. */
export type BuildMove = (tx: GlobalTx) => Promise<void>
