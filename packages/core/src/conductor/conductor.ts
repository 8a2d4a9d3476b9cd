import type { CellId, OperationId } from '../domain/ids.ts'
import type { CellStore, GlobalStore } from '../ports/storage.ts'
import type { CloudEvent } from '../domain/event/event.ts'
import type { Command } from '../domain/operation/command.ts'
import type { ConductorDeps } from './deps.ts'
import type {
  Executor,
  ExecutorOptions,
  FailPointHook,
  Hands,
  OperationStanding,
  Saga,
  StoreKind,
} from '../saga/index.ts'
import type { Listening, Transport } from '../ports/transport.ts'
import type { Millis } from '../domain/unit/units.ts'
import type { Operation } from '../domain/operation/operation.ts'
import type { Random } from '../ports/random.ts'
import type { Store } from '../ports/storage.ts'
import type { StoreName } from '../domain/storage/store-name.ts'
import { cellSagas, globalSagas } from './sagas.ts'
import { discoverHosts } from './intake/declare-nodes.ts'
import { executor } from '../saga/index.ts'
import { lastOf } from './last-of.ts'
import { listenToAgents } from './intake/intake.ts'
import { groupView } from './view/group-view.ts'
import { holds } from './view/holds.ts'
import { lostClaims } from './lost-claims.ts'
import { periodicTasks } from './periodic/tasks.ts'
import { relay } from './relay.ts'
import { runPeriodically } from './periodic/periodic.ts'
import { sendCommand } from './send-command.ts'
import { seconds } from '../domain/unit/units.ts'
import { serve } from '../rpc/index.ts'
import { wakeAddress, wakeContract, type Wake } from '../rpc/wake.ts'

export interface ConductorOptions extends ExecutorOptions {
  /** Hosts that say hello are mapped to their cell by themselves. */
  readonly mapHosts: boolean
  /** How long the outbox is left alone after it was found empty. */
  readonly relayEvery: Millis
  /** Unique to this process. */
  readonly owner: string
}

export interface ConductorParts extends Omit<
  ConductorDeps,
  'groups' | 'holds' | 'lostClaims' | 'poke' | 'wake' | 'tellWhenEnded' | 'hands' | 'endedHere'
> {
  readonly random: Random
  readonly transport: Transport
  deliver(event: CloudEvent): Promise<void> | void
  readonly failPoint?: FailPointHook
}

/** Runs the sagas of a cloud. Any number of conductors share its stores. */
export interface Conductor {
  /** For whoever accepts operations in this process. */
  readonly hands: Hands
  /** Hears agents, and does no work yet: hosts that are just starting are known when it begins. */
  listen(): Promise<void>
  /** Begins to work. Hears agents too, if it did not yet. */
  start(): Promise<void>
  stop(): Promise<void>
  /** Runs until nothing is due in any store that answers. For tests. */
  drain(): Promise<void>
  /** Takes a cell into work that was added while running. Once: again is fine. */
  adopt(cell: CellId): Promise<void>
  discoverHosts(cell: CellId): Promise<number>
}

/** An ended operation never changes: whoever waits for one of these need not ask its store. */
const ENDINGS = 2000

export function conductor(parts: ConductorParts, options: ConductorOptions): Conductor {
  const executors = new Map<StoreName, Executor>()
  const listening: Listening[] = []
  const heard = new Set<CellId>()
  const loops: Promise<void>[] = []
  const endings = lastOf<OperationId, OperationStanding>(ENDINGS)
  const waiters = new Map<OperationId, readonly [StoreName, OperationId][]>()
  const stopping = new AbortController()
  let running = false

  const hands: Hands = {
    lease: (store) => executors.get(store)?.lease() ?? null,
    begin: (store, held, memo) => executors.get(store)?.begin(held, memo),
  }
  const deps: ConductorDeps = {
    ...parts,
    groups: groupView(parts),
    holds: holds(parts.view, parts.clock),
    lostClaims: lostClaims(parts.clock),
    tellWhenEnded: (waited, store, waiter) => {
      const others = (waiters.get(waited) ?? []).filter(([, other]) => other !== waiter)
      waiters.set(waited, [...others, [store, waiter]])
    },
    poke: (store, operation) => {
      if (running) executors.get(store)?.poke(operation)
    },
    wake: (store, operation) => executors.get(store)?.wake(operation),
    hands,
    endedHere: (operation) => endings.get(operation),
  }
  const send = (command: Command): void => sendCommand(parts, command)

  /** Whoever waits for an operation looks at once when it has ended. */
  const ended = (operation: Operation): void => {
    endings.set(operation.id, { state: operation.state, problem: operation.problem })
    if (operation.parent !== null) deps.wake(operation.parent.store, operation.parent.operation)
    for (const [store, waiter] of waiters.get(operation.id) ?? []) deps.wake(store, waiter)
    waiters.delete(operation.id)
  }

  function addExecutor<Kind extends StoreKind>(store: Store<Kind>, sagas: readonly Saga<Kind, never>[]): void {
    const { random, clock, ids, log, failPoint } = parts
    const hooks = failPoint === undefined ? {} : { failPoint }
    const worker = executor<Kind>(
      { store, sagas, clock, random, ids, log, owner: options.owner, send, ended, ...hooks },
      options,
    )
    executors.set(store.name, worker)
    if (running) startStore(store, worker)
  }

  function startStore<Kind extends StoreKind>(store: Store<Kind>, worker: Executor): void {
    worker.start()
    const { owner, relayEvery: every, leaseFor = seconds(15) } = options
    const relayDeps = { clock: parts.clock, log: parts.log, every, owner, leaseFor, deliver: parts.deliver }
    loops.push(relay(store, relayDeps, stopping.signal))
  }

  const globalStore: GlobalStore = parts.global
  const cellStore = (cell: CellId): CellStore => parts.cells.get(cell).store
  addExecutor(globalStore, globalSagas(deps))
  for (const { id } of parts.cells.list()) addExecutor(cellStore(id), cellSagas(deps, id))

  async function hear(cell: CellId): Promise<void> {
    if (heard.has(cell)) return
    heard.add(cell)
    const ear = { deps, cell, mapHosts: options.mapHosts, send }
    const mine = await listenToAgents(ear, parts.transport).catch((error: unknown) => {
      heard.delete(cell)
      throw error
    })
    listening.push(mine)
  }

  async function listen(): Promise<void> {
    if (listening.length > 0) return
    const wake = async ({ store, operation }: Wake): Promise<Record<string, never>> => {
      deps.poke(store, operation)
      return {}
    }
    listening.push(await serve(wakeContract, parts.transport, wakeAddress, { wake }, { clock: parts.clock }))
    for (const { id } of parts.cells.list()) await hear(id)
  }

  return {
    hands,
    listen,
    start: async () => {
      await listen()
      running = true
      loops.push(...periodicTasks(deps).map((task) => runPeriodically(task, parts, stopping.signal)))
      startStore(globalStore, executors.get('global') as Executor)
      for (const { id } of parts.cells.list()) startStore(cellStore(id), executors.get(id) as Executor)
    },
    stop: async () => {
      stopping.abort()
      await Promise.all(listening.map((one) => one.close()))
      await Promise.all([...executors.values()].map((worker) => worker.stop()))
      await Promise.all(loops)
    },
    drain: async () => {
      for (const worker of executors.values()) await worker.drain().catch(() => undefined)
    },
    adopt: async (cell) => {
      if (!executors.has(cell)) addExecutor(cellStore(cell), cellSagas(deps, cell))
      if (listening.length > 0) await hear(cell)
    },
    discoverHosts: async (cell) => (await discoverHosts({ deps, cell })).length,
  }
}
