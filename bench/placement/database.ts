import {
  freshRandom,
  id,
  namedUuid,
  openStore,
  silentLog,
  sqlite,
  systemClock,
  type GlobalStore,
  type GlobalTx,
  type Inventory,
  type ProviderId,
} from '@novakit/core'
import { createProvider, ensureResourceClass, placementLedger, setInventories } from '@novakit/placement'

/** An empty ledger in a file. */
export function openDatabase(file: string): Promise<GlobalStore> {
  const deps = { clock: systemClock, random: freshRandom(), log: silentLog }
  return openStore('global', 'global', sqlite({ file }), deps, placementLedger().migrations)
}

const stock = (total: number, more: Partial<Inventory> = {}): Inventory => ({
  total,
  reserved: 0,
  allocationRatio: 1,
  minUnit: 1,
  maxUnit: total,
  stepSize: 1,
  ...more,
})

const host = new Map([
  ['VCPU', stock(64, { allocationRatio: 16 })],
  ['MEMORY_MB', stock(2_621_440, { reserved: 512 })],
  ['DISK_GB', stock(40_000)],
])

/** Hosts without children. */
export async function flatProviders(store: GlobalStore, count: number): Promise<readonly ProviderId[]> {
  const ids = Array.from({ length: count }, (_, n) => id<ProviderId>(namedUuid('bench', `host ${n}`)))
  for (let first = 0; first < count; first += 100) {
    await store.write(async (tx) => {
      for (const each of ids.slice(first, first + 100)) await add(tx, each, null, host)
    })
  }
  return ids
}

/** Hosts with single devices, each a provider of its own. */
export async function wideProviders(store: GlobalStore, hosts: number, children: number): Promise<void> {
  await store.write(async (tx) => {
    await ensureResourceClass(tx, 'CUSTOM_PF')
    for (let n = 0; n < hosts; n++) {
      const root = id<ProviderId>(namedUuid('bench', `host ${n}`))
      await add(tx, root, null, host)
      for (let m = 0; m < children; m++) {
        await add(tx, id<ProviderId>(namedUuid('bench', `device ${n} ${m}`)), root, new Map([['CUSTOM_PF', stock(1)]]))
      }
    }
  })
}

/** One tree: a root, hundred children, and theirs. The ids of the root and of one that has none below it. */
export async function treeOf(store: GlobalStore, count: number): Promise<readonly ProviderId[]> {
  const idOf = (n: number) => id<ProviderId>(namedUuid('bench', `node ${n}`))
  const parentOf = (n: number) => (n === 0 ? null : n <= 100 ? idOf(0) : idOf(1 + (n % 100)))
  const stocks = new Map([
    ['VCPU', stock(8)],
    ['MEMORY_MB', stock(1024)],
  ])
  for (let first = 0; first < count; first += 100) {
    await store.write(async (tx) => {
      for (let n = first; n < Math.min(count, first + 100); n++) await add(tx, idOf(n), parentOf(n), stocks)
    })
  }
  return [idOf(0), idOf(count - 1)]
}

/** Providers that have many classes each, `CUSTOM_0` and so on. */
export async function withClasses(
  store: GlobalStore,
  providers: number,
  classes: number,
): Promise<readonly ProviderId[]> {
  const names = Array.from({ length: classes }, (_, n) => `CUSTOM_${n}`)
  await store.write(async (tx) => {
    for (const name of names) await ensureResourceClass(tx, name)
  })
  const ids = Array.from({ length: providers }, (_, n) => id<ProviderId>(namedUuid('bench', `host ${n}`)))
  const stocks = new Map(names.map((name) => [name, stock(3)]))
  for (const each of ids) await store.write((tx) => add(tx, each, null, stocks))
  return ids
}

async function add(
  tx: GlobalTx,
  provider: ProviderId,
  parent: ProviderId | null,
  inventories: ReadonlyMap<string, Inventory>,
): Promise<void> {
  await createProvider(tx, { id: provider, name: provider, parent })
  await setInventories(tx, provider, inventories, { mayBeEmpty: false })
}
