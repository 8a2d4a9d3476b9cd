import type { AggregateId, CellId, HostName, ProviderId } from '../../domain/ids.ts'
import type { AggregateState, Change, HostState } from '../../domain/scheduling/snapshot.ts'
import type { Cells } from '../../cells/cells.ts'
import type { Clock } from '../../ports/clock.ts'
import type { GlobalStore, GlobalTx } from '../../ports/storage.ts'
import type { Hearing } from '../hearing.ts'
import type { HostNode } from '../../storage/global/hosts.ts'
import type { HostStatus } from './host-status.ts'
import type { Millis } from '../../domain/unit/units.ts'
import type { PlacementLedger } from '../../ports/placement.ts'
import { aggregateStates } from '../../storage/global/aggregates.ts'
import { allHostNodes } from '../../storage/global/hosts.ts'
import { hostMark, hostState } from './host-state.ts'
import { listCells } from '../../storage/global/cells.ts'
import { readHostStatus } from './host-status.ts'
import { trees, type Trees } from './trees.ts'

export interface TruthDeps {
  readonly global: GlobalStore
  readonly cells: Cells
  readonly ledger: PlacementLedger
  readonly clock: Clock
  /** An agent that was not heard of for that long is down. */
  readonly downAfter: Millis
  readonly hearing: Hearing
}

/** What the stores said when they were last asked, and how to ask for what is new: changes as the scheduler sees them. */
export interface Truth {
  /** Usage, from the ledger's change feed. */
  followLedger(): Promise<readonly Change[]>
  /** Hosts, nodes, aggregates and cells. */
  askCells(): Promise<readonly Change[]>
  readonly statuses: ReadonlyMap<HostName, HostStatus>
  readonly nodes: ReadonlyMap<ProviderId, HostNode>
  /** By root provider. */
  readonly hosts: ReadonlyMap<ProviderId, HostState>
  readonly aggregates: ReadonlyMap<AggregateId, AggregateState>
}

const FEED_PAGE = 2000
const NOT_READ = -1

export function truth(deps: TruthDeps): Truth {
  const { global, ledger } = deps
  const known: Trees = trees()
  const hosts = new Map<ProviderId, HostState>()
  /** What each host looked like, so that what is the same is not announced. */
  const marks = new Map<ProviderId, string>()
  /** What may look different. It stays here until it was looked at, whatever fails on the way. */
  const dirty = { roots: new Set<ProviderId>(), hosts: new Set<HostName>() }
  let feed = NOT_READ
  /** A tree was seen of which no node was known: the nodes are older than it. */
  let nodesAreOld = false
  let statuses: ReadonlyMap<HostName, HostStatus> = new Map()
  let nodes: ReadonlyMap<ProviderId, HostNode> = new Map()
  let rootsOf: ReadonlyMap<HostName, readonly ProviderId[]> = new Map()
  let aggregates: ReadonlyMap<AggregateId, AggregateState> = new Map()
  let disabledCells: ReadonlySet<CellId> = new Set()

  const readAll = async (tx: GlobalTx): Promise<void> => {
    feed = await ledger.version(tx)
    known.replaceAll(await ledger.providers(tx))
    for (const root of [...nodes.keys(), ...hosts.keys()]) dirty.roots.add(root)
  }

  const readNews = async (tx: GlobalTx): Promise<void> => {
    for (;;) {
      const news = await ledger.changes(tx, feed, FEED_PAGE)
      if (news.reset) return readAll(tx)
      const found = news.changed.length === 0 ? [] : await ledger.providers(tx, news.changed)
      for (const provider of news.changed) dirty.roots.add(known.rootOf(provider))
      known.replace(news.changed, found)
      for (const provider of news.changed) dirty.roots.add(known.rootOf(provider))
      const more = news.version !== feed
      feed = news.version
      if (!more || news.changed.length < FEED_PAGE) return
    }
  }

  const askHosts = async (): Promise<void> => {
    const before = statuses
    statuses = await readHostStatus(deps, before)
    for (const status of statuses.values()) if (before.get(status.host) !== status) dirty.hosts.add(status.host)
    for (const host of before.keys()) if (!statuses.has(host)) dirty.hosts.add(host)
    const strange = [...statuses.keys()].some((host) => !rootsOf.has(host))
    if (dirty.hosts.size > 0 || strange || nodesAreOld) await askNodes()
  }

  const askNodes = async (): Promise<void> => {
    const all = await global.read(allHostNodes)
    const before = nodes
    nodesAreOld = false
    nodes = new Map(all.map((node) => [node.provider, node]))
    const byHost = Map.groupBy(all, (node) => node.host)
    rootsOf = new Map([...byHost].map(([host, its]) => [host, its.map((node) => node.provider)]))
    for (const { provider } of all) if (!before.has(provider)) dirty.roots.add(provider)
    for (const provider of before.keys()) if (!nodes.has(provider)) dirty.roots.add(provider)
  }

  const askCloud = async (): Promise<void> => {
    const [all, cells] = await global.read(async (tx) => [await aggregateStates(tx), await listCells(tx)] as const)
    const disabled = new Set(cells.filter((cell) => cell.disabled).map((cell) => cell.id))
    const same = [...disabled].join() === [...disabledCells].join()
    if (!same) for (const root of hosts.keys()) dirty.roots.add(root)
    disabledCells = disabled
    aggregates = new Map(all.map((aggregate) => [aggregate.id, aggregate]))
  }

  const changeOf = (root: ProviderId): readonly Change[] => {
    const node = nodes.get(root)
    const status = node === undefined ? undefined : statuses.get(node.host)
    const tree = known.tree(root)
    if (node === undefined || status === undefined || tree.length === 0) {
      if (node === undefined && tree.length > 0) nodesAreOld = true
      marks.delete(root)
      return hosts.delete(root) ? [{ kind: 'host_gone', provider: root }] : []
    }
    const shown = { ...status, enabled: status.enabled && !disabledCells.has(status.cell) }
    const mark = hostMark(shown, tree)
    if (marks.get(root) === mark) return []
    const host = hostState(node, shown, tree)
    marks.set(root, mark)
    hosts.set(root, host)
    return [{ kind: 'host', host }]
  }

  const changes = (): readonly Change[] => {
    const roots = new Set(dirty.roots)
    for (const host of dirty.hosts) for (const root of rootsOf.get(host) ?? []) roots.add(root)
    dirty.roots.clear()
    dirty.hosts.clear()
    return [...roots].flatMap(changeOf)
  }

  return {
    followLedger: async () => {
      await global.read((tx) => (feed === NOT_READ ? readAll(tx) : readNews(tx)))
      return changes()
    },
    askCells: async () => {
      const before = aggregates
      await askHosts()
      await askCloud()
      return [...changes(), ...changesOfAggregates(before, aggregates)]
    },
    get statuses() {
      return statuses
    },
    get nodes() {
      return nodes
    },
    hosts,
    get aggregates() {
      return aggregates
    },
  }
}

type Aggregates = ReadonlyMap<AggregateId, AggregateState>

function changesOfAggregates(before: Aggregates, after: Aggregates): readonly Change[] {
  const changed = [...after.values()].filter(
    (aggregate) => JSON.stringify(before.get(aggregate.id)) !== JSON.stringify(aggregate),
  )
  const gone = [...before.keys()].filter((aggregate) => !after.has(aggregate))
  return [
    ...changed.map((aggregate): Change => ({ kind: 'aggregate', aggregate })),
    ...gone.map((aggregate): Change => ({ kind: 'aggregate_gone', aggregate })),
  ]
}
