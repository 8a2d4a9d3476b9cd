import type { AggregateId, CellId, HostName, ProviderId } from '../domain/ids.ts'
import type { AggregateState, Change, Delta, Snapshot, SnapshotSource } from '../domain/scheduling/snapshot.ts'
import type { Cells } from '../cells/cells.ts'
import type { Clock } from '../ports/clock.ts'
import type { GlobalStore, GlobalTx } from '../ports/storage.ts'
import type { Hearing } from './hearing.ts'
import type { HostNode } from '../storage/global/hosts.ts'
import type { HostStatus } from './host-status.ts'
import type { Instant, Millis } from '../domain/unit/units.ts'
import type { PlacementLedger } from '../ports/placement.ts'
import { aggregateStates } from '../storage/global/aggregates.ts'
import { allHostNodes } from '../storage/global/hosts.ts'
import { applyDelta } from '../domain/scheduling/snapshot.ts'
import { elapsed, instant, seconds } from '../domain/unit/units.ts'
import { hostMark, hostState } from './host-state.ts'
import { listCells } from '../storage/global/cells.ts'
import { readHostStatus } from './host-status.ts'
import { trees, type Trees } from './trees.ts'

export interface ClusterViewDeps {
  readonly global: GlobalStore
  readonly cells: Cells
  readonly ledger: PlacementLedger
  readonly clock: Clock
  /** An agent that was not heard of for that long is down. */
  readonly downAfter: Millis
  readonly hearing: Hearing
}

/**
 * What the scheduler sees, kept current: usage from the ledger's change feed at every look, the state of hosts from
 * their cells once a second. It may lag behind; a claim is what decides.
 */
export interface ClusterView extends SnapshotSource {
  /** What it knows of hosts, zones and cells is from after `since`, where that is given; else from the last second. */
  snapshot(since?: Instant): Promise<Snapshot>
  /** Asks the cells again before the next answer. */
  invalidate(): void
  status(host: HostName): HostStatus | undefined
  /** Whether it may be any moment that more hosts are known to be up than the snapshot shows: refusals can wait. */
  uncertain(): boolean
  /** Root provider → where it stands. */
  nodes(): ReadonlyMap<ProviderId, HostNode>
}

const STATUS_FOR = seconds(1)
const FEED_PAGE = 2000
const HISTORY = 1000

interface Truth {
  feed: number
  statusAt: Instant | null
  readonly trees: Trees
  /** Root provider → what its host looked like, so that what is the same is not announced. */
  readonly marks: Map<ProviderId, string>
  statuses: ReadonlyMap<HostName, HostStatus>
  nodes: ReadonlyMap<ProviderId, HostNode>
  aggregates: ReadonlyMap<AggregateId, AggregateState>
  disabledCells: ReadonlySet<CellId>
}

export function clusterView(deps: ClusterViewDeps): ClusterView {
  const truth: Truth = {
    feed: -1,
    statusAt: null,
    trees: trees(),
    marks: new Map(),
    statuses: new Map(),
    nodes: new Map(),
    aggregates: new Map(),
    disabledCells: new Set(),
  }
  let snapshot: Snapshot = emptySnapshot(deps.clock.now())
  /** A look, and how many invalidations it has seen. */
  let looking: Promise<number> | null = null
  let invalidations = 0
  const history: Delta[] = []
  const waiting = new Set<() => void>()

  async function look(): Promise<Snapshot> {
    const dirty = await followFeed(deps, truth)
    const asked = await refreshStatus(deps, truth)
    const changes = asked || dirty === 'all' ? rebuildAll(truth, snapshot) : rebuild(truth, dirty, snapshot)
    if (changes.length === 0) return snapshot
    const delta: Delta = { from: snapshot.version, to: snapshot.version + 1, changes }
    snapshot = applyDelta(snapshot, delta, deps.clock.now())
    history.push(delta)
    if (history.length > HISTORY) history.shift()
    for (const wake of waiting) wake()
    return snapshot
  }

  async function lookOnce(): Promise<number> {
    const seen = invalidations
    await look()
    return seen
  }

  const invalidate = (): void => {
    truth.statusAt = null
    invalidations++
  }

  /** A look that was under way before an invalidation does not answer those who ask after it. */
  async function current(since?: Instant): Promise<Snapshot> {
    if (since !== undefined && truth.statusAt !== null && truth.statusAt <= since) invalidate()
    const wanted = invalidations
    for (let seen = -1; seen < wanted;) {
      looking ??= lookOnce().finally(() => {
        looking = null
      })
      seen = await looking
    }
    return snapshot
  }

  async function* watch(since: number, signal: AbortSignal): ReturnType<SnapshotSource['watch']> {
    let at = since
    while (!signal.aborted) {
      const next = history.find((delta) => delta.from === at)
      if (next !== undefined) {
        yield next
        at = next.to
      } else if (at !== snapshot.version) {
        // While it is looked at, a later one may take its place.
        const { version } = snapshot
        yield { kind: 'reset', snapshot }
        at = version
      } else await nextChange(waiting, signal)
    }
  }

  return {
    snapshot: current,
    watch,
    invalidate,
    status: (host) => truth.statuses.get(host),
    uncertain: () => [...truth.statuses.values()].some(({ enabled, uncertain }) => enabled && uncertain),
    nodes: () => truth.nodes,
  }
}

function nextChange(waiting: Set<() => void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const wake = (): void => {
      waiting.delete(wake)
      signal.removeEventListener('abort', wake)
      resolve()
    }
    waiting.add(wake)
    signal.addEventListener('abort', wake)
  })
}

/** Brings usage up to date. @returns the roots of the trees that changed */
async function followFeed({ global, ledger }: ClusterViewDeps, truth: Truth): Promise<ReadonlySet<ProviderId> | 'all'> {
  return global.read(async (tx) => {
    if (truth.feed === -1) return readAll(tx, ledger, truth)
    const dirty = new Set<ProviderId>()
    for (;;) {
      const feed = await ledger.changes(tx, truth.feed, FEED_PAGE)
      if (feed.reset) return readAll(tx, ledger, truth)
      for (const provider of feed.changed) dirty.add(truth.trees.rootOf(provider))
      await readProviders(tx, ledger, truth, feed.changed)
      for (const provider of feed.changed) dirty.add(truth.trees.rootOf(provider))
      const more = feed.version !== truth.feed
      truth.feed = feed.version
      if (!more || feed.changed.length < FEED_PAGE) return dirty
    }
  })
}

async function readAll(tx: GlobalTx, ledger: PlacementLedger, truth: Truth): Promise<'all'> {
  truth.feed = await ledger.version(tx)
  truth.trees.replaceAll(await ledger.providers(tx))
  return 'all'
}

async function readProviders(
  tx: GlobalTx,
  ledger: PlacementLedger,
  truth: Truth,
  changed: readonly ProviderId[],
): Promise<void> {
  if (changed.length === 0) return
  truth.trees.replace(changed, await ledger.providers(tx, changed))
}

/** Once a second: hosts, nodes, aggregates. @returns whether anything was asked */
async function refreshStatus(deps: ClusterViewDeps, truth: Truth): Promise<boolean> {
  const now = deps.clock.now()
  if (truth.statusAt !== null && elapsed(truth.statusAt, now) < STATUS_FOR) return false
  truth.statusAt = now
  truth.statuses = await readHostStatus(deps, truth.statuses)
  await deps.global.read(async (tx) => {
    truth.nodes = new Map((await allHostNodes(tx)).map((node) => [node.provider, node]))
    truth.aggregates = new Map((await aggregateStates(tx)).map((aggregate) => [aggregate.id, aggregate]))
    truth.disabledCells = new Set((await listCells(tx)).filter((cell) => cell.disabled).map((cell) => cell.id))
  })
  return true
}

function rebuild(truth: Truth, roots: ReadonlySet<ProviderId>, before: Snapshot): Change[] {
  const known = new Set(before.hosts.map((host) => host.provider))
  return [...roots].flatMap((root) => changeOf(truth, root, known.has(root)))
}

function rebuildAll(truth: Truth, before: Snapshot): Change[] {
  const known = new Set(before.hosts.map((host) => host.provider))
  const roots = new Set([...truth.nodes.keys(), ...known])
  const aggregates = [...truth.aggregates.values()].filter(
    (aggregate) => JSON.stringify(before.aggregates.get(aggregate.id)) !== JSON.stringify(aggregate),
  )
  const gone = [...before.aggregates.keys()].filter((aggregate) => !truth.aggregates.has(aggregate))
  return [
    ...[...roots].flatMap((root) => changeOf(truth, root, known.has(root))),
    ...aggregates.map((aggregate): Change => ({ kind: 'aggregate', aggregate })),
    ...gone.map((aggregate): Change => ({ kind: 'aggregate_gone', aggregate })),
  ]
}

function changeOf(truth: Truth, root: ProviderId, known: boolean): Change[] {
  const node = truth.nodes.get(root)
  const status = node === undefined ? undefined : truth.statuses.get(node.host)
  const tree = truth.trees.tree(root)
  if (node === undefined || status === undefined || tree.length === 0) {
    truth.marks.delete(root)
    return known ? [{ kind: 'host_gone', provider: root }] : []
  }
  const shown = { ...status, enabled: status.enabled && !truth.disabledCells.has(status.cell) }
  const mark = hostMark(shown, tree)
  if (known && truth.marks.get(root) === mark) return []
  truth.marks.set(root, mark)
  return [{ kind: 'host', host: hostState(node, shown, tree) }]
}

function emptySnapshot(at: Instant): Snapshot {
  return { version: 0, at: instant(at), hosts: [], sharing: [], aggregates: new Map(), groups: new Map() }
}
