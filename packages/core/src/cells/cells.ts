import type { CellId } from '../domain/ids.ts'
import type { CellResult } from '../domain/cell/cell.ts'
import type { CellStore, CellTx } from '../ports/storage.ts'
import type { Clock } from '../ports/clock.ts'
import type { Millis } from '../domain/unit/units.ts'
import { breaker, type Breaker } from './breaker.ts'
import { writeWatch, type WriteWatch } from './write-watch.ts'
import { cellErrors } from '../domain/cell/errors.ts'
import { problemOf } from '../domain/error.ts'
import { seconds } from '../domain/unit/units.ts'
import { storageErrors } from '../domain/storage/errors.ts'

/** A shard of the cloud, as everything above storage uses it. */
export interface Cell {
  readonly id: CellId
  readonly name: string
  /** Its store answered lately and stored what it was told to, or has not been tried yet. */
  readonly up: boolean
  /** @throws `cell.unavailable` when the store does not answer; nothing was done then */
  read<T>(work: (tx: CellTx) => Promise<T>): Promise<T>
  /** @throws `cell.unavailable` when the store does not answer; `storage.unknown_commit` passes through */
  write<T>(work: (tx: CellTx) => Promise<T>): Promise<T>
  /** The store itself, for an executor, which waits out its troubles by itself. */
  readonly store: CellStore
}

export interface NewCell {
  readonly id: CellId
  readonly name: string
  readonly store: CellStore
}

export interface Cells {
  list(): readonly Cell[]
  /** @throws `cell.unavailable` for one that this process has not taken in: another has just made it */
  get(id: CellId): Cell
  add(cell: NewCell): Cell
  /**
   * Asks every cell at once; a cell that is down or slow costs at most `timeout`, and does not spoil the others.
   * @throws `storage.closed` when the cloud was stopped
   */
  ask<T>(work: (tx: CellTx, cell: Cell) => Promise<T>, timeout?: Millis): Promise<readonly CellResult<T>[]>
}

export interface CellsDeps {
  readonly clock: Clock
  /** Called when a cell stops or starts to answer. */
  changed?(cell: Cell): void
}

const ASK_TIMEOUT = seconds(5)

export function cells(deps: CellsDeps): Cells {
  const known = new Map<CellId, Cell>()
  const guards = new Map<CellId, Breaker>()
  const get = (id: CellId): Cell => {
    const cell = known.get(id)
    if (cell === undefined) throw cellErrors.unavailable({ cell: id })
    return cell
  }
  return {
    list: () => [...known.values()],
    get,
    add: ({ id, name, store }) => {
      let up = true
      const changed = (): void => {
        const cell = get(id)
        if (cell.up === up) return
        up = cell.up
        deps.changed?.(cell)
      }
      const guard = breaker({ clock: deps.clock, changed })
      const cell = makeCell({ id, name, store }, guard, writeWatch(changed))
      known.set(id, cell)
      guards.set(id, guard)
      return cell
    },
    ask: async (work, timeout = ASK_TIMEOUT) => {
      const answers = await Promise.all(
        [...known.values()].map(async (cell) => {
          const answer = await askOne(cell, work, timeout, deps.clock)
          // What hangs is not asked again by everybody.
          if (answer.kind === 'timedOut') guards.get(cell.id)?.failed()
          return answer
        }),
      )
      if (answers.some(isClosed)) throw storageErrors.closed({})
      return answers
    },
  }
}

function makeCell({ id, name, store }: NewCell, guard: Breaker, writes: WriteWatch): Cell {
  const guarded = <T>(work: () => Promise<T>): Promise<T> => {
    if (!guard.allows()) return Promise.reject(cellErrors.unavailable({ cell: name }))
    return work().then(
      (value) => {
        guard.succeeded()
        return value
      },
      (error: unknown) => {
        if (!isStoreDown(error)) throw error
        guard.failed()
        throw cellErrors.unavailable({ cell: name }, { cause: error })
      },
    )
  }
  return {
    id,
    name,
    store,
    get up() {
      return guard.closed && writes.stored
    },
    read: (work) => guarded(() => store.read(work)),
    write: (work) => guarded(() => writes.watch(() => store.write(work))),
  }
}

/** A store that was closed is not down: the cloud was stopped, and whoever asks is told so. */
const down: ReadonlySet<string> = new Set([
  'storage.unreachable',
  'storage.corrupt',
  'storage.cannot_open',
  'storage.migration_failed',
])

function isStoreDown(error: unknown): boolean {
  return down.has(problemOf(error).code)
}

function isClosed(answer: CellResult<unknown>): boolean {
  return answer.kind === 'failed' && answer.problem.code === 'storage.closed'
}

async function askOne<T>(
  cell: Cell,
  work: (tx: CellTx, cell: Cell) => Promise<T>,
  timeout: Millis,
  clock: Clock,
): Promise<CellResult<T>> {
  let cancel = (): void => undefined
  const tooLate = new Promise<CellResult<T>>((resolve) => {
    cancel = clock.after(timeout, () => resolve({ kind: 'timedOut', cell: cell.id }))
  })
  const answer = cell
    .read((tx) => work(tx, cell))
    .then(
      (value): CellResult<T> => ({ kind: 'ok', cell: cell.id, value }),
      (error: unknown): CellResult<T> => ({ kind: 'failed', cell: cell.id, problem: problemOf(error) }),
    )
  return Promise.race([answer, tooLate]).finally(cancel)
}
