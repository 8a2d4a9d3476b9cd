import { nextRound, type GlobalStore, type GlobalTx, type ProviderId, type ProviderRecord } from '@novakit/core'
import { providerIndex } from '../candidates/providers/provider-index.ts'
import { treeProvider } from '../candidates/providers/tree-provider.ts'
import type { ProviderChange, ProviderIndex } from '../candidates/types.ts'
import { changes, version } from '../ledger/change-feed.ts'
import type { TellUsage, UsageChange } from '../ledger/usage-change.ts'
import { knownProviders, providersAfter } from '../ledger/providers.ts'

export interface MirroredProvider extends ProviderRecord {
  /** Milliseconds since 1970. */
  readonly changedAt: number
}

/** All providers in memory. It is live: read it at once, or in searches that keep what they saw. */
export interface MirrorView {
  readonly index: ProviderIndex
  readonly providers: ReadonlyMap<ProviderId, MirroredProvider>
}

/**
 * The providers of one store, for whoever reads many of them: kept by the change feed, so that a look costs one small
 * read while nothing changes, and otherwise what changed. What it shows was committed, by this process or another one,
 * and is no older than the call.
 */
export interface ProviderMirror {
  /** @throws `storage.*` */
  current(): Promise<MirrorView>
  /**
   * For a transaction of the same store that claims: what it tells is taken over once it is committed, where it is the
   * next change after those that the mirror knows. What is not told is read from the feed as ever.
   */
  told(tx: GlobalTx): TellUsage
}

/** Providers read in one go, between two rounds of the event loop. */
const SLICE = 100

export function providerMirror(store: GlobalStore): ProviderMirror {
  const index = providerIndex()
  const providers = new Map<ProviderId, MirroredProvider>()
  const view: MirrorView = { index, providers }
  let seen = -1
  let running: Promise<void> | null = null
  let waiting: Promise<void> | null = null

  const put = async (ids: readonly ProviderId[]): Promise<void> => {
    const found = new Map((await store.read((tx) => knownProviders(tx, ids))).map((each) => [each.id, each]))
    const applied: ProviderChange[] = []
    for (const id of ids) {
      const provider = found.get(id)
      if (provider !== undefined) {
        providers.set(id, provider)
        applied.push({ kind: 'put', provider: treeProvider(provider) })
      } else if (providers.delete(id)) applied.push({ kind: 'gone', provider: id })
    }
    index.apply(applied)
  }

  /** What changes meanwhile is in the feed after the version that was read first. */
  const readAll = async (): Promise<void> => {
    const from = await store.read(version)
    const old = new Set(providers.keys())
    for (let after: ProviderId | null = null; ; await nextRound()) {
      const ids: readonly ProviderId[] = await store.read((tx) => providersAfter(tx, after, SLICE))
      await put(ids)
      for (const id of ids) old.delete(id)
      after = ids.at(-1) ?? null
      if (ids.length < SLICE) break
    }
    await put([...old])
    seen = from
  }

  const refresh = async (): Promise<void> => {
    if (seen < 0) await readAll()
    for (;;) {
      const feed = await store.read((tx) => changes(tx, seen, SLICE))
      if (feed.reset) await readAll()
      else {
        if (feed.changed.length > 0) await put(feed.changed)
        const atEnd = feed.changed.length < SLICE
        seen = feed.version
        if (atEnd) return
      }
      await nextRound()
    }
  }

  /** A refresh that began before the call may have read before the commit that the caller knows of. */
  const current = async (): Promise<MirrorView> => {
    if (running === null) running = refresh().finally(() => (running = null))
    else {
      waiting ??= running
        .catch(() => undefined)
        .then(() => {
          waiting = null
          return (running ??= refresh().finally(() => (running = null)))
        })
      await waiting
      return view
    }
    await running
    return view
  }
  const take = (change: UsageChange): void => {
    const provider = providers.get(change.provider)
    const tree = index.provider(change.provider)
    if (running !== null || change.version !== seen + 1 || provider === undefined || tree === undefined) return
    const { generation, changedAt } = change
    const inventories = { ...provider.inventories }
    for (const [name, used] of change.used) {
      const stock = inventories[name]
      if (stock !== undefined) inventories[name] = { ...stock, used }
    }
    providers.set(provider.id, { ...provider, generation, changedAt, inventories })
    index.apply([{ kind: 'put', provider: { ...tree, inventories: new Map(Object.entries(inventories)) } }])
    seen = change.version
  }
  const told = (tx: GlobalTx): TellUsage => {
    return (change) => tx.afterCommit(() => take(change))
  }
  return { current, told }
}
