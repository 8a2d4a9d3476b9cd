import type { Change, Delta, Snapshot, SnapshotSource } from '../../domain/scheduling/snapshot.ts'
import type { HostName, ProviderId } from '../../domain/ids.ts'
import type { HostNode } from '../../storage/global/hosts.ts'
import type { Instant } from '../../domain/unit/units.ts'
import type { SchedulingEngine } from '../../ports/scheduler.ts'
import { elapsed, millis, seconds } from '../../domain/unit/units.ts'
import { emptySnapshot } from '../../domain/scheduling/snapshot.ts'
import { truth, type TruthDeps } from './truth.ts'

export interface ClusterViewDeps extends TruthDeps {
  /** Follows what is seen here, and decides on it. */
  readonly engine: SchedulingEngine
}

/**
 * What the scheduler sees, kept current: usage from the ledger's change feed, the state of hosts from their cells. It
 * lags behind a little; a claim is what decides.
 */
export interface ClusterView extends SnapshotSource {
  /** Has been shown everything that is known here. */
  readonly engine: SchedulingEngine
  /**
   * Looks, unless it did so a moment ago. With `since`, everything that is known afterwards is from after that.
   * @returns how many looks had begun by then: what was committed before the last of them shows now
   */
  current(since?: Instant): Promise<number>
  /** How many looks have begun: what is committed from now on shows after the next one. */
  readonly looks: number
  /** What it knows, in one piece; after a {@link current} of usage. */
  snapshot(since?: Instant): Promise<Snapshot>
  /** Asks everybody again before the next answer. */
  invalidate(): void
  /** Whether it was seen a moment ago that the host is up. */
  isUp(host: HostName): boolean
  /** Whether it may be any moment that more hosts are known to be up than the snapshot shows: refusals can wait. */
  uncertain(): boolean
  /** Root provider → where it stands. */
  nodes(): ReadonlyMap<ProviderId, HostNode>
  aggregates(): Snapshot['aggregates']
}

/** What others claim meanwhile shows when a claim is lost to them. */
const USAGE_FOR = millis(50)
const STATUS_FOR = seconds(1)
/** Changes remembered for those who watch. Whoever asks for older ones starts anew. */
const HISTORY = 2000

export function clusterView(deps: ClusterViewDeps): ClusterView {
  const { clock, engine } = deps
  const known = truth(deps)
  let usageAt: Instant | null = null
  let statusAt: Instant | null = null
  let version = emptySnapshot.version
  let whole: Snapshot | null = emptySnapshot
  let looking: Promise<number> | null = null
  let invalidations = 0
  let looks = 0
  const history: Delta[] = []
  let remembered = 0
  const waiting = new Set<() => void>()

  const isFresh = (at: Instant | null, span: number): boolean => at !== null && elapsed(at, clock.now()) < span

  async function look(): Promise<number> {
    const mine = ++looks
    const seen = invalidations
    usageAt = clock.now()
    const asks = !isFresh(statusAt, STATUS_FOR)
    if (asks) statusAt = clock.now()
    try {
      take(await known.followLedger())
      if (asks) take(await known.askCells())
    } catch (error) {
      usageAt = null
      statusAt = null
      throw error
    }
    if (seen !== invalidations) usageAt = null
    return mine
  }

  function take(changes: readonly Change[]): void {
    if (changes.length === 0) return
    const delta: Delta = { from: version, to: version + 1, changes }
    version = delta.to
    whole = null
    engine.apply(delta)
    history.push(delta)
    remembered += changes.length
    while (remembered > HISTORY && history.length > 1) remembered -= history.shift()?.changes.length ?? 0
    for (const wake of waiting) wake()
  }

  const invalidate = (): void => {
    usageAt = null
    statusAt = null
    invalidations++
  }

  /** A look that was under way before it was asked for answers nobody who wants to see what came after. */
  async function lookAgain(wanted: number): Promise<number> {
    for (;;) {
      looking ??= look().finally(() => {
        looking = null
      })
      const mine = await looking
      if (mine > wanted) return mine
    }
  }

  async function current(since?: Instant): Promise<number> {
    if (since !== undefined) {
      if (statusAt === null || statusAt <= since) statusAt = null
      return lookAgain(looks)
    }
    if (looking === null && isFresh(usageAt, USAGE_FOR) && isFresh(statusAt, STATUS_FOR)) return looks
    return lookAgain(usageAt === null || statusAt === null ? looks : looks - 1)
  }

  const snapshot = (): Snapshot =>
    (whole ??= {
      version,
      at: clock.now(),
      hosts: [...known.hosts.values()],
      sharing: [],
      aggregates: known.aggregates,
      groups: new Map(),
    })

  async function* watch(since: number, signal: AbortSignal): ReturnType<SnapshotSource['watch']> {
    let at = since
    while (!signal.aborted) {
      const next = history.find((delta) => delta.from === at)
      if (next !== undefined) {
        yield next
        at = next.to
      } else if (at !== version) {
        // While it is looked at, a later one may take its place.
        const seen = snapshot()
        yield { kind: 'reset', snapshot: seen }
        at = seen.version
      } else await nextChange(waiting, signal)
    }
  }

  return {
    engine,
    current,
    get looks() {
      return looks
    },
    snapshot: async (since) => {
      await (since === undefined ? lookAgain(looks) : current(since))
      return snapshot()
    },
    watch,
    invalidate,
    isUp: (host) => isFresh(statusAt, STATUS_FOR) && looking === null && known.statuses.get(host)?.up === true,
    uncertain: () => [...known.statuses.values()].some(({ enabled, uncertain }) => enabled && uncertain),
    nodes: () => known.nodes,
    aggregates: () => known.aggregates,
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
