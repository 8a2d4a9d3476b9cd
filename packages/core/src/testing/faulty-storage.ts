import type { IsolationLevel, Kysely, Transaction } from 'kysely'
import { storageErrors } from '../domain/storage/errors.ts'
import type { StoreName } from '../domain/storage/store-name.ts'
import type { OpenStore, StorageDriver, StorageFailure } from '../ports/storage.ts'
import { watchedKysely } from '../storage/watched-kysely.ts'

export type StorageFault =
  /** The transaction is done, refused at its end as a deadlock or serialisation would be, and rolled back. */
  | 'retry'
  /** The connection breaks at the first statement: nothing is stored. */
  | 'lost'
  /** The connection breaks at COMMIT, which is carried out. */
  | 'unknown_kept'
  /** The connection breaks at COMMIT, which is not carried out. */
  | 'unknown_lost'
  /** The first statement fails, and nothing is stored. Reads go on. */
  | 'read_only'
  | 'full'
  /** Nothing answers, reads and opening included. */
  | 'stopped'

export interface StorageCall {
  readonly store: StoreName
  /** A write is a transaction; a read is one statement outside of any. */
  readonly call: 'open' | 'read' | 'write'
}

/** Decides the fate of each call. */
export interface StorageFaultPlan {
  next(call: StorageCall): StorageFault | null
}

/** Stands for what a database or its client would throw. */
class InjectedFault extends Error {
  readonly failure: StorageFailure
  constructor(failure: StorageFailure) {
    super(`Injected: ${failure}`)
    this.failure = failure
  }
}

/** What the first statement of a transaction fails with. */
const atStatement: Readonly<Partial<Record<StorageFault, StorageFailure>>> = {
  lost: 'unreachable',
  read_only: 'read_only',
  full: 'full',
  stopped: 'unreachable',
}

/** `driver`, with the faults of `plan`. Migrations are spared. */
export function faultyStorage(driver: StorageDriver, plan: StorageFaultPlan): StorageDriver {
  return {
    name: `faulty ${driver.name}`,
    open: async (store, environment) => {
      if (plan.next({ store, call: 'open' }) === 'stopped') throw storageErrors.unreachable({})
      // Every call goes through Kysely, where the faults are.
      const { direct: _, ...open } = await driver.open(store, environment)
      return {
        ...open,
        kysely: faultyKysely(open, store, plan),
        classify: (error) => (error instanceof InjectedFault ? error.failure : open.classify(error)),
      }
    },
  }
}

function faultyKysely({ kysely }: OpenStore, store: StoreName, plan: StorageFaultPlan): Kysely<any> {
  const reading = watchedKysely(kysely, {
    before: () => {
      const fault = plan.next({ store, call: 'read' })
      if (fault === 'lost' || fault === 'stopped') throw new InjectedFault('unreachable')
      if (fault === 'retry') throw new InjectedFault('retry')
    },
    failed: (error) => error,
  })
  const replaced: Readonly<Record<string | symbol, unknown>> = {
    getExecutor: () => reading.getExecutor(),
    transaction: () => faultyTransaction(kysely.transaction(), () => plan.next({ store, call: 'write' })),
  }
  return new Proxy(kysely, {
    get: (target, key) => {
      if (Object.hasOwn(replaced, key)) return replaced[key]
      const value: unknown = Reflect.get(target, key, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

interface Begin {
  setIsolationLevel(level: IsolationLevel): Begin
  execute<T>(work: (db: Transaction<any>) => Promise<T>): Promise<T>
}

function faultyTransaction(begin: Begin, draw: () => StorageFault | null): Begin {
  return {
    setIsolationLevel: (level) => faultyTransaction(begin.setIsolationLevel(level), draw),
    execute: async (work) => {
      const fault = draw()
      const result = await begin.execute(async (db) => {
        const answer = await work(fault === null ? db : failing(db, fault))
        if (fault === 'retry') throw new InjectedFault('retry')
        if (fault === 'unknown_lost') throw new InjectedFault('unknown_commit')
        return answer
      })
      if (fault === 'unknown_kept') throw new InjectedFault('unknown_commit')
      return result
    },
  }
}

function failing(db: Transaction<any>, fault: StorageFault): Transaction<any> {
  const failure = atStatement[fault]
  if (failure === undefined) return db
  const refuse = (): never => {
    throw new InjectedFault(failure)
  }
  return watchedKysely(db, { before: refuse, failed: (error) => error })
}

/** A plan by hand: faults to come, one for each write, and a switch. */
export interface ScriptedFaults extends StorageFaultPlan {
  /** The next writes meet these, one each; `null` lets one pass. */
  script(...faults: readonly (StorageFault | null)[]): void
  /** From now on every call meets `fault`. */
  always(fault: StorageFault): void
  heal(): void
}

export function scriptedFaults(): ScriptedFaults {
  let coming: (StorageFault | null)[] = []
  let lasting: StorageFault | null = null
  return {
    next: ({ call }) => lasting ?? (call === 'write' ? (coming.shift() ?? null) : null),
    script: (...faults) => void coming.push(...faults),
    always: (fault) => {
      lasting = fault
    },
    heal: () => {
      lasting = null
      coming = []
    },
  }
}
