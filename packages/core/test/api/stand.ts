import { onTestFinished } from 'vitest'
import type { ApiDeps } from '../../src/api/deps.ts'
import type {
  AggregateId,
  CellId,
  HostName,
  NodeName,
  ProjectId,
  ProviderId,
  RequestId,
  UserId,
} from '../../src/domain/ids.ts'
import type { CellStore, StorageDriver } from '../../src/ports/storage.ts'
import type { PlacementLedger } from '../../src/ports/placement.ts'
import type { ProviderRecord } from '../../src/domain/placement/provider.ts'
import type { Random } from '../../src/ports/random.ts'
import type { RequestContext } from '../../src/domain/context/request-context.ts'
import { cellMigrations, globalMigrations } from '../../src/storage/migrations/index.ts'
import { cells } from '../../src/cells/cells.ts'
import { cloudEvents } from '../../src/api/events.ts'
import { defaultPolicy } from '../../src/api/policy/default-policy.ts'
import { ephemeralSecretBox } from '../../src/system/secret-box.ts'
import { id } from '../../src/domain/ids.ts'
import { manualClock, systemClock, type ManualClock } from '../../src/system/clock.ts'
import { mapHost, setHostNodes } from '../../src/storage/global/hosts.ts'
import { openStore, sqlite, type StoreDeps } from '../../src/storage/index.ts'
import { seededIds } from '../../src/system/ids.ts'
import { seededRandom } from '../../src/system/random.ts'
import { seconds } from '../../src/domain/unit/units.ts'
import { silentLog } from '../../src/system/log.ts'

/** What the verbs of global nouns stand on: an embedded database in memory, and a ledger that knows aggregates. */
export interface Stand {
  readonly deps: ApiDeps
  readonly clock: ManualClock
  readonly ledger: LedgerOfAggregates
}

/** The database that stands are on. */
export interface Ground {
  driver(): StorageDriver
  /** Called when the global store of a stand was opened: nothing may be left in any. */
  opened(): Promise<void>
}

let ground: Ground = { driver: () => sqlite(':memory:'), opened: async () => undefined }

/** Puts the stands of a test file on another database. Called before the suites are loaded. */
export function standOn(other: Ground): void {
  ground = other
}

export const CELL = id<CellId>('11111111-1111-4111-8111-111111111111')

export async function stand(given: Partial<ApiDeps> = {}): Promise<Stand> {
  const clock = manualClock()
  const random = seededRandom('stand')
  const global = await openStore('global', 'global', ground.driver(), opening(clock, random), [globalMigrations])
  onTestFinished(() => global.close())
  await ground.opened()
  const ledger = ledgerOfAggregates()
  const deps: ApiDeps = {
    global,
    cells: cells({ clock }),
    policy: defaultPolicy(),
    ledger,
    images: noneOf('images'),
    networks: noneOf('networks'),
    volumes: noneOf('volumes'),
    secrets: ephemeralSecretBox(),
    clock,
    ids: seededIds(random.fork('ids')),
    log: silentLog,
    events: cloudEvents(),
    downAfter: seconds(60),
    actWithin: seconds(600),
    reclaimAfter: seconds(0),
    allowResizeToSameHost: false,
    makeCell: unused('makeCell'),
    hostsChanged: () => undefined,
    hands: null,
    discoverHosts: unused('discoverHosts'),
    wake: unused('wake'),
    askHost: unused('askHost'),
    ...given,
  }
  return { deps, clock, ledger }
}

/** Pauses before another try are those of the machine: nobody moves the clock of a test while it waits for a database. */
function opening(clock: ManualClock, random: Random): StoreDeps {
  return { clock: { ...clock, sleep: (...given) => systemClock.sleep(...given) }, random, log: silentLog }
}

/** The one cell of these tests, with a store of its own. */
export async function addCell({ deps, clock }: Stand): Promise<CellStore> {
  const store = await openStore('cell', CELL, ground.driver(), opening(clock, seededRandom('cell')), [cellMigrations])
  onTestFinished(() => store.close())
  deps.cells.add({ id: CELL, name: 'cell1', store })
  return store
}

/** Somebody with these roles in the project `ours`. */
export function caller(roles: readonly string[], more: { project?: string; user?: string } = {}): RequestContext {
  return {
    requestId: id<RequestId>('req-1'),
    project: id<ProjectId>(more.project ?? 'ours'),
    user: id<UserId>(more.user ?? 'ann'),
    roles,
  }
}

export const admin = caller(['admin'], { project: 'operators', user: 'root' })
export const member = caller(['member'])
export const reader = caller(['reader'])
export const stranger = caller(['member'], { project: 'theirs', user: 'bob' })

/** Text that no message may repeat. */
export const TEN_MEGABYTES = 'x'.repeat(10_000_000)

/** A host of one node, mapped to the cell, whose provider the ledger knows. */
export async function addHost({ deps, ledger }: Stand, name: string): Promise<ProviderId> {
  const host = id<HostName>(name)
  const provider = id<ProviderId>(`provider of ${name}`)
  ledger.known.set(provider, [])
  await deps.global.write(async (tx) => {
    await mapHost(tx, host, CELL)
    await setHostNodes(tx, host, [{ node: id<NodeName>(name), provider }])
  })
  return provider
}

interface LedgerOfAggregates extends PlacementLedger {
  readonly known: Map<ProviderId, readonly AggregateId[]>
}

function ledgerOfAggregates(): LedgerOfAggregates {
  const known = new Map<ProviderId, readonly AggregateId[]>()
  const record = (provider: ProviderId): ProviderRecord => ({
    id: provider,
    name: provider,
    root: provider,
    parent: null,
    generation: 0,
    inventories: {},
    traits: [],
    aggregates: known.get(provider) ?? [],
  })
  return {
    ...noneOf<PlacementLedger>('ledger'),
    known,
    providers: async (_, only) => [...known.keys()].filter((each) => only?.includes(each) ?? true).map(record),
    setAggregates: async (_, provider, aggregates) => void known.set(provider, aggregates),
  }
}

/** What these verbs do not use. */
function unused(what: string): () => never {
  return () => {
    throw new Error(`${what} was used`)
  }
}

function noneOf<Port>(port: string): Port {
  return new Proxy({}, { get: (_, name) => unused(`${port}.${String(name)}`)() }) as Port
}
