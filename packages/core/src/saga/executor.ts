import type { AdvanceDeps, FailPointHook } from './turn.ts'
import type { Clock } from '../ports/clock.ts'
import type { Command } from '../domain/operation/command.ts'
import type { Ids } from '../ports/ids.ts'
import type { Json } from '../domain/json.ts'
import type { Log } from '../ports/log.ts'
import type { Millis } from '../domain/unit/units.ts'
import type { Operation } from '../domain/operation/operation.ts'
import type { OperationId } from '../domain/ids.ts'
import type { Random } from '../ports/random.ts'
import type { Saga, StoreKind } from './step.ts'
import type { Store } from '../ports/storage.ts'
import { acquire, changeHeld, dueOperations, renewLease, type NewLease } from './operations.ts'
import { advance, type Standing } from './advance.ts'
import { isNovakitError, problemOf } from '../domain/error.ts'
import { millis, minutes, seconds } from '../domain/unit/units.ts'
import { operationErrors } from '../domain/operation/errors.ts'
import { worklist } from './worklist.ts'

export interface ExecutorOptions {
  /** How long a dead worker's operations wait for another. Default 15 s. */
  readonly leaseFor?: Millis
  /** How often due operations are looked for: what makes lost wake-ups harmless. Default 1 s. */
  readonly scanEvery?: Millis
  /** Operations worked on at one time. Default 1000: most of the time each of them waits, for the disk or for a host. */
  readonly concurrency?: number
  /** A step that has not answered after that long is left alone and tried again. Default 2 minutes. */
  readonly stepWithin?: Millis
  /** `stop()` waits no longer for what is under way. Default 5 s. */
  readonly stopWithin?: Millis
}

export interface ExecutorDeps<Kind extends StoreKind> {
  readonly store: Store<Kind>
  readonly sagas: readonly Saga<Kind, never>[]
  readonly clock: Clock
  readonly random: Random
  readonly ids: Ids
  readonly log: Log
  /** Unique to this worker. */
  readonly owner: string
  send(command: Command): void
  ended(operation: Operation): void
  readonly failPoint?: FailPointHook
}

/** Works on the operations of one store. Any number of them, in any number of processes, share a store. */
export interface Executor {
  start(): void
  /** Looks at one operation now, if it is due and free. */
  poke(operation: OperationId): void
  /** Looks at one operation now, whether it is due or not: something that it waits for has happened. */
  wake(operation: OperationId): void
  /** For an operation about to be accepted, so that it need not be acquired; null where this worker would not begin it now. */
  lease(): NewLease | null
  /** Works on an operation that was accepted with a {@link lease} of this worker. */
  begin(held: Operation, memo?: ReadonlyMap<string, unknown>): void
  /** Works until nothing is due any more. For tests and for virtual time. */
  drain(): Promise<void>
  /** Takes nothing new; resolves when what is under way has stopped at its next record, or hangs. */
  stop(): Promise<void>
}

export function executor<Kind extends StoreKind>(deps: ExecutorDeps<Kind>, options: ExecutorOptions = {}): Executor {
  const { leaseFor = seconds(15), scanEvery = seconds(1), concurrency = 1000 } = options
  const { stepWithin = minutes(2), stopWithin = seconds(5) } = options
  const { store, clock, log, owner, random } = deps
  const sagas = new Map(deps.sagas.map((saga) => [saga.kind, saga as unknown as Saga<Kind, Json>]))
  const stream = random.fork(`executor/${store.name}`)
  const stopping = new AbortController()
  let scanning: Promise<void> = Promise.resolve()
  let stopped: Promise<void> | null = null
  let running = false
  const lease: NewLease = { owner, for: leaseFor }

  const turn: AdvanceDeps<Kind> = {
    store,
    clock,
    log,
    leaseFor,
    stepWithin,
    ids: deps.ids,
    backoff: { first: millis(200), most: seconds(30) },
    random: () => stream.next(),
    send: (command) => deps.send(command),
    ended: (operation) => deps.ended(operation),
    stopping: stopping.signal,
    ...(deps.failPoint === undefined ? {} : { failPoint: deps.failPoint }),
  }

  const list = worklist(concurrency, (operation, occasion) =>
    work(operation, () => store.write((tx) => acquire(tx, operation, lease, occasion))),
  )

  async function work(
    operation: OperationId,
    take: () => Promise<Operation | null>,
    memo?: ReadonlyMap<string, unknown>,
  ): Promise<Standing> {
    try {
      const held = await take()
      if (held === null) return 'lost'
      const saga = sagas.get(held.kind)
      if (saga === undefined) return await giveUp(held)
      return await keepingLease(held, () => advance(turn, saga, held, memo))
    } catch (error) {
      // The store is in trouble or the worker has a bug: the lease runs out, and somebody tries again.
      const problem = problemOf(error)
      log.warn('worker let go of an operation', { operation, code: problem.code, detail: problem.detail })
      if (!isNovakitError(error)) log.error('worker failed', { operation, error: String(error) })
      return 'lost'
    }
  }

  /** An operation that this version does not know is left for one that does. */
  async function giveUp(held: Operation): Promise<Standing> {
    log.error(operationErrors.unknown_kind({ kind: held.kind }).message, { operation: held.id })
    await store.write(async (tx) => changeHeld(tx, held, { due_at: (await tx.now()) + seconds(60), lease_until: null }))
    return 'waiting'
  }

  /** Renews the lease while a long step runs. What a renewal meets changes nothing here: the next record will tell. */
  async function keepingLease(held: Operation, run: () => Promise<Standing>): Promise<Standing> {
    let over = false
    let cancel = (): void => undefined
    const renew = (): void => {
      store.write((tx) => renewLease(tx, held, leaseFor)).then((ours) => ours && plan(), plan)
    }
    const plan = (): void => {
      // A renewal under way when the operation is let go must not be the first of many more.
      if (!over) cancel = clock.after(millis(Math.ceil(leaseFor / 3)), renew)
    }
    plan()
    try {
      return await run()
    } finally {
      over = true
      cancel()
    }
  }

  async function scan(): Promise<void> {
    const due = await store.read((tx) => dueOperations(tx, concurrency * 4))
    for (const operation of due) list.add(operation, 'due')
  }

  const scanQuietly = (): Promise<void> =>
    scan().catch((error: unknown) => log.warn('looking for due operations failed', { code: problemOf(error).code }))

  async function reconcile(): Promise<void> {
    while (!stopping.signal.aborted) {
      await scanQuietly()
      await clock.sleep(millis(Math.round(scanEvery * (0.75 + stream.next() / 2))), stopping.signal)
    }
  }

  async function stop(): Promise<void> {
    stopping.abort()
    list.close()
    await scanning
    const patience = new AbortController()
    const all = list.settled().then(() => patience.abort())
    await Promise.race([all, clock.sleep(stopWithin, patience.signal)])
    if (list.busy > 0)
      log.warn('stopped while steps hang; others will find them', { store: store.name, steps: list.busy })
  }

  return {
    start: () => {
      running = true
      scanning = reconcile()
    },
    poke: (operation) => list.add(operation, 'due'),
    wake: (operation) => list.add(operation, 'woken'),
    lease: () => (running && !list.full && !stopping.signal.aborted ? lease : null),
    begin: (held, memo) => list.begin(held.id, () => work(held.id, async () => held, memo)),
    drain: async () => {
      for (;;) {
        await scan()
        if (list.busy === 0) return
        await list.settled()
      }
    },
    stop: () => (stopped ??= stop()),
  }
}
