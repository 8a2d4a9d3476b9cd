import type { CellStore, Executor, ExecutorOptions, ManualClock, Operation, OperationId, Saga } from '@novakit/core'
import {
  accept,
  executor,
  id,
  loadOperation,
  manualClock,
  nextRound,
  openStore,
  seconds,
  seededIds,
  seededRandom,
  silentLog,
  sqlite,
} from '@novakit/core'
import { spineMigrations } from '../../src/saga/migrations/index.ts'

/** A store in memory, a clock by hand, and workers on them. */
export interface Bench {
  readonly clock: ManualClock
  readonly store: CellStore
  worker(saga: Saga<'cell', never>, options?: ExecutorOptions): Executor
  /** Accepts an operation of that kind. */
  begin(kind: string): Promise<OperationId>
  look(operation: OperationId): Promise<Operation>
  /** Lets everything run, and so much time pass. */
  pass(span: number): Promise<void>
  close(): Promise<void>
}

export async function openBench(): Promise<Bench> {
  const clock = manualClock()
  const random = seededRandom('bench')
  const ids = seededIds(random.fork('ids'))
  const deps = { clock, random, log: silentLog }
  const store = await openStore(
    'cell',
    id('11111111-1111-4111-8111-111111111111'),
    sqlite(':memory:'),
    deps,
    spineMigrations,
  )
  let owners = 0
  const workers: Executor[] = []
  return {
    clock,
    store,
    worker: (saga, options = {}) => {
      const owner = `worker-${++owners}`
      const made = executor<'cell'>(
        { ...deps, ids, store, sagas: [saga], owner, send: () => undefined, ended: () => undefined },
        options,
      )
      workers.push(made)
      return made
    },
    begin: async (kind) => {
      const operation = id<OperationId>(ids.uuid())
      await store.write((tx) => accept(tx, { id: operation, kind, subject: 'it', request: null, traceId: 'trace' }))
      return operation
    },
    look: async (operation) => {
      const found = await store.read((tx) => loadOperation(tx, operation))
      if (found === null) throw new Error('It was accepted.')
      return found
    },
    pass: async (span) => {
      for (let round = 0; round < 20; round++) await nextRound()
      await clock.advance(seconds(span))
      for (let round = 0; round < 20; round++) await nextRound()
    },
    close: async () => {
      await Promise.all(workers.map((each) => each.stop()))
      await store.close()
    },
  }
}
