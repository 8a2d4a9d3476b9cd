import { inNextRound } from '../../system/event-loop.ts'
import { openBatch, type Batch, type Part, type WriterConnection } from './batch.ts'

/**
 * The one writer of a database file, and group commit: transactions that come while one is open are run one after
 * another as savepoints of it, and all of them are answered after the one COMMIT, which costs one sync of the disk.
 */
export interface Writer {
  /** Waits for its turn. Others wait until it has ended. @throws what BEGIN or SAVEPOINT throws */
  begin(): Promise<Member>
  /** Runs outside of any transaction, alone: for PRAGMA and VACUUM, and for reads where no second connection exists. */
  alone<T>(work: () => T): Promise<T>
  /** Commits what is open. */
  finish(): void
}

/** One transaction. */
export interface Member {
  /** Runs one statement. @throws what the statement throws */
  run<T>(statement: () => T): T
  /** Resolves once it is on the disk. @throws `CommitFailed`, `BatchLost` */
  commit(): Promise<void>
  /**
   * Resolves once those are on the disk whose changes it saw, so that no answer rests on what was never stored.
   * @throws `CommitFailed`, `BatchLost`
   */
  rollback(): Promise<void>
}

/** Someone's turn at the connection. */
interface Turn {
  readonly alone: boolean
  /** Whether it keeps the connection from now on. */
  start(): boolean
}

/** So many statements take about 10 ms: then the event loop gets its turn. */
export const STATEMENTS_PER_BREATH = 512
/** A batch that is larger is committed, whoever would like to join: its members wait for their answers. */
export const STATEMENTS_PER_BATCH = 2048

/**
 * @param gather whether a batch waits for what the event loop holds for this round before it is committed. Not worth
 *   while where COMMIT costs nothing, as in memory.
 */
export function groupCommit(connection: WriterConnection, gather: boolean): Writer {
  const waiting: Turn[] = []
  let batch: Batch | null = null
  /** The batch has had its round of the event loop. */
  let due = false
  let taken = false
  let breathing = false
  let sinceBreath = 0

  const next = (): void => {
    while (!taken && !breathing) {
      const [turn] = waiting
      if (batch?.open === false) batch = null
      if (batch !== null && endsBefore(batch, turn)) commit(batch)
      else if (turn === undefined) return
      else if (sinceBreath >= STATEMENTS_PER_BREATH) breathe()
      else {
        waiting.shift()
        if (turn.alone) sinceBreath++
        taken = turn.start()
      }
    }
  }
  const endsBefore = ({ statements }: Batch, turn: Turn | undefined): boolean =>
    due || !gather || turn?.alone === true || statements >= STATEMENTS_PER_BATCH

  const commit = (ending: Batch): void => {
    ending.commit()
    sinceBreath += ending.statements
    if (gather) breathe()
  }
  /** Leaves the file to other processes, and the thread to others, for one round of the event loop. */
  const breathe = (): void => {
    breathing = true
    inNextRound(() => {
      breathing = false
      sinceBreath = 0
      next()
    })
  }

  const open = (): Batch => {
    const opened = openBatch(connection)
    due = false
    if (gather) {
      inNextRound(() => {
        if (batch !== opened) return
        due = true
        next()
      })
    }
    return opened
  }
  const join = (): Member => {
    batch ??= open()
    return memberOf(batch.enter())
  }
  const memberOf = (part: Part): Member => ({
    run: part.run,
    commit: () => leave(part.keep()),
    rollback: () => leave(part.undo()),
  })
  const leave = <T>(end: T): T => {
    taken = false
    next()
    return end
  }

  const enqueue = <T>(alone: boolean, start: () => T): Promise<T> =>
    new Promise((resolve, reject) => {
      waiting.push({ alone, start: () => attempt(start, resolve, reject) && !alone })
      next()
    })
  return {
    begin: () => enqueue(false, join),
    alone: (work) => enqueue(true, work),
    finish: () => {
      if (batch?.open === true) batch.commit()
    },
  }
}

function attempt<T>(work: () => T, resolve: (value: T) => void, reject: (error: unknown) => void): boolean {
  try {
    resolve(work())
    return true
  } catch (error) {
    reject(error)
    return false
  }
}
