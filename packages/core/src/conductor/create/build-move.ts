import type { GlobalTx } from '../../ports/storage.ts'

/** What is to be written of one server before its next attempt, or at its end. */
export interface BuildMove {
  write(tx: GlobalTx): Promise<void>
  /** Nothing is left to do for this server afterwards. */
  readonly last: boolean
}

/** `wait`: there is nothing to do now. `look`: something was done elsewhere, and it shows only now what comes of it. */
export type NextMove = BuildMove | 'wait' | 'look'

export const goOn = (write: BuildMove['write']): BuildMove => ({ write, last: false })
export const finish = (write: BuildMove['write']): BuildMove => ({ write, last: true })
