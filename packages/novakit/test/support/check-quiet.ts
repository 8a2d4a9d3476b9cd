import type { Cell, Cloud, CellTx, GlobalTx, HostName } from 'novakit'
import type { FakeWorld } from '@novakit/driver-fake'
import { tokens } from 'novakit'

/** A guest as its hypervisor has it. */
export interface SeenGuest {
  readonly server: string
  readonly host: string
  /** Null: not one of ours. */
  readonly epoch: number | null
  readonly running: boolean
}

/** A row of any table. */
type Row = Readonly<Record<string, any>>

/**
 * What is wrong with a cloud in which nothing is under way, one sentence each: work that did not end, servers that do
 * not rest, things that belong to nobody, and counts that do not add up.
 */
export async function findings(cloud: Cloud, guests: readonly SeenGuest[] | null = null): Promise<readonly string[]> {
  const stores = cloud.container.get(tokens.global)
  const global = await stores.read(readGlobal)
  const cells = await Promise.all(cloud.container.get(tokens.cells).list().map(readCell))
  const live = cells.flatMap(({ name, instances }) => instances.map((row) => ({ ...row, cell: name }) as Row))
  return [
    ...unended([['global', global], ...cells.map((cell) => [cell.name, cell] as const)]),
    ...cells.flatMap(({ actions }) => actions.map((row) => `action ${row['action']} of ${row['server']} never ended`)),
    ...live.flatMap(unrested),
    ...addresses(global, live),
    ...ledger(global, live),
    ...quotas(global, live),
    ...(guests === null ? [] : guestFindings(live, guests)),
  ]
}

/** The guests of a world, and what must never have happened in it. */
export function guestsOf(world: FakeWorld): readonly SeenGuest[] {
  return world.guests().map(({ server, host, epoch, power, defined }) => ({
    server,
    host,
    epoch,
    running: defined && power === 'running',
  }))
}

/** @throws where a cloud and its hypervisors are not quiet; says everything that is wrong at once */
export async function checkQuiet(cloud: Cloud, world?: FakeWorld): Promise<void> {
  const wrong = [
    ...(await findings(cloud, world === undefined ? null : guestsOf(world))),
    ...(world === undefined ? [] : world.violations().map((violation) => JSON.stringify(violation))),
  ]
  if (wrong.length > 0) throw new Error(`The cloud is not quiet:\n${wrong.join('\n')}`)
}

/** As {@link checkQuiet}, for a cloud that is just finishing what it does. */
export async function becomesQuiet(cloud: Cloud, world?: FakeWorld, within = 15_000): Promise<void> {
  const deadline = performance.now() + within
  while (performance.now() < deadline) {
    const wrong = await checkQuiet(cloud, world).catch(() => 'not yet')
    if (wrong === undefined) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  await checkQuiet(cloud, world)
}

interface StoreRows {
  readonly operations: readonly Row[]
  readonly events: readonly Row[]
}

interface GlobalRows extends StoreRows {
  readonly builds: readonly Row[]
  readonly mappings: readonly Row[]
  readonly specs: readonly Row[]
  readonly members: readonly Row[]
  readonly usage: readonly Row[]
  readonly charges: readonly Row[]
  readonly allocations: readonly Row[]
  readonly inventories: readonly Row[]
  readonly holds: readonly Row[]
  readonly guards: readonly Row[]
  readonly nodes: readonly Row[]
}

async function all(tx: GlobalTx | CellTx, table: string): Promise<readonly Row[]> {
  return tx.db<Record<string, Row>>().selectFrom(table).selectAll().execute()
}

async function readGlobal(tx: GlobalTx): Promise<GlobalRows> {
  const mappings = await all(tx, 'instance_mapping')
  return {
    operations: (await all(tx, 'operation')).filter((row) => row['live'] === 1),
    events: await all(tx, 'outbox'),
    builds: await all(tx, 'build_request'),
    mappings: mappings.filter((row) => row['deleted'] === 0),
    specs: await all(tx, 'request_spec'),
    members: await all(tx, 'server_group_member'),
    usage: await all(tx, 'quota_usage'),
    charges: await all(tx, 'quota_charge'),
    allocations: await all(tx, 'allocation'),
    inventories: await all(tx, 'inventory'),
    holds: await all(tx, 'guard_hold'),
    guards: await all(tx, 'guard'),
    nodes: await all(tx, 'host_node'),
  }
}

interface CellRows extends StoreRows {
  readonly name: string
  /** Those that are not deleted. */
  readonly instances: readonly Row[]
  /** Those without an end. */
  readonly actions: readonly Row[]
}

async function readCell({ id, store }: Cell): Promise<CellRows> {
  return store.read(async (tx) => ({
    name: id,
    operations: (await all(tx, 'operation')).filter((row) => row['live'] === 1),
    events: await all(tx, 'outbox'),
    instances: (await all(tx, 'instance')).filter((row) => row['deleted_at'] === null),
    actions: (await all(tx, 'instance_action')).filter((row) => row['finished_at'] === null),
  }))
}

function unended(stores: readonly (readonly [string, StoreRows])[]): readonly string[] {
  return stores.flatMap(([store, { operations, events }]) => [
    ...operations.map(
      (row) => `operation ${row['kind']} of ${row['subject']} in ${store} is ${row['state']} at step ${row['cursor']}`,
    ),
    ...events.map((row) => `event ${row['name']} of ${row['subject']} was not delivered`),
  ])
}

function unrested(row: Row): readonly string[] {
  const { id, vm_state: state, task_state: task } = row
  const rests = task === null && (state === 'active' || state === 'error')
  return rests ? [] : [`server ${id} is ${state} and ${task}`]
}

function addresses({ builds, mappings, specs, members }: GlobalRows, live: readonly Row[]): readonly string[] {
  const cellOf = new Map(mappings.map((row) => [row['server'], row['cell']]))
  const standing = new Set(live.map((row) => row['id']))
  return [
    ...builds.map((row) => `the build request of ${row['server']} is left over`),
    ...live
      .filter((row) => cellOf.get(row['id']) !== row['cell'])
      .map((row) => `server ${row['id']} stands in ${row['cell']} and is looked for in ${cellOf.get(row['id'])}`),
    ...mappings
      .filter((row) => !standing.has(row['server']))
      .map((row) => `the address of ${row['server']} leads to nothing`),
    ...specs.filter((row) => !standing.has(row['server'])).map((row) => `the spec of ${row['server']} is left over`),
    ...members.filter((row) => !standing.has(row['server'])).map((row) => `${row['server']} is still in its group`),
  ]
}

interface Sizes {
  readonly vcpus: number
  readonly memory: number
  readonly disk: number
  readonly ephemeral: number
  readonly swap: number
}

const sizesOf = (row: Row): Sizes => JSON.parse(row['flavor']) as Sizes

/** Who holds what is what stands where, and adds up. */
function ledger(global: GlobalRows, live: readonly Row[]): readonly string[] {
  const { allocations, inventories, holds, guards, nodes } = global
  const hostOf = new Map(nodes.map((row) => [row['provider'], row['host'] as HostName]))
  const placed = new Map(live.filter((row) => row['host'] !== null).map((row) => [row['id'], row]))
  const wanted = [...placed.values()].flatMap((row) => {
    const { vcpus, memory, disk, ephemeral, swap } = sizesOf(row)
    const gib = disk + ephemeral + Math.ceil(swap / 1024)
    const amounts = { VCPU: vcpus, MEMORY_MB: memory, DISK_GB: gib }
    return Object.entries(amounts).map(([name, amount]) => `${row['id']} holds ${amount} ${name} on ${row['host']}`)
  })
  const held = allocations.map(
    (row) => `${row['consumer']} holds ${row['used']} ${row['resource_class']} on ${hostOf.get(row['provider'])}`,
  )
  const sum = (key: string): number =>
    allocations
      .filter((row) => `${row['provider']}/${row['resource_class']}` === key)
      .reduce((total, row) => total + row['used'], 0)
  const holders = new Set(holds.map((row) => row['name']))
  return [
    ...difference(wanted, held).map((line) => `missing in the ledger: ${line}`),
    ...difference(held, wanted).map((line) => `too much in the ledger: ${line}`),
    ...inventories
      .filter((row) => row['used'] !== sum(`${row['provider']}/${row['resource_class']}`))
      .map((row) => `${row['resource_class']} of ${row['provider']} counts ${row['used']} as used`),
    ...holds
      .filter((row) => !placed.has(row['consumer']))
      .map((row) => `${row['consumer']} still holds ${row['name']}`),
    ...guards.filter((row) => !holders.has(row['name'])).map((row) => `guard ${row['name']} has no holder`),
  ]
}

/** Every server that is not deleted counts, in error or not. */
function quotas({ usage, charges }: GlobalRows, live: readonly Row[]): readonly string[] {
  const counts = new Map<string, number>()
  const count = (project: string, user: string, resource: string, amount: number): void => {
    const key = `${resource} of ${project}/${user}`
    counts.set(key, (counts.get(key) ?? 0) + amount)
  }
  for (const row of live) {
    const { vcpus, memory } = sizesOf(row)
    for (const user of ['', row['user'] as string]) {
      count(row['project'], user, 'instances', 1)
      count(row['project'], user, 'cores', vcpus)
      count(row['project'], user, 'ram', memory)
    }
  }
  const ofServers = (row: Row): boolean => ['instances', 'cores', 'ram'].includes(row['resource'])
  const known = new Set(live.map((row) => row['id']))
  const counted = usage
    .filter((row) => ofServers(row) && row['used'] !== 0)
    .map((row) => `${row['used']} ${row['resource']} of ${row['project']}/${row['user']}`)
  const expected = [...counts].filter(([, amount]) => amount !== 0).map(([key, amount]) => `${amount} ${key}`)
  return [
    ...difference(expected, counted).map((line) => `quota should count ${line}`),
    ...difference(counted, expected).map((line) => `quota counts ${line}`),
    ...charges
      .filter((row) => ofServers(row) && !known.has(row['subject']))
      .map((row) => `${row['subject']} is still charged for ${row['resource']}`),
  ]
}

function guestFindings(live: readonly Row[], guests: readonly SeenGuest[]): readonly string[] {
  const active = live.filter((row) => row['vm_state'] === 'active')
  const wanted = active.map((row) => `${row['id']} at epoch ${row['epoch']} on ${row['host']}`)
  const ours = guests.filter(({ epoch }) => epoch !== null)
  const there = ours.map(({ server, host, epoch }) => `${server} at epoch ${epoch} on ${host}`)
  return [
    ...difference(wanted, there).map((line) => `missing guest: ${line}`),
    ...difference(there, wanted).map((line) => `orphaned guest: ${line}`),
    ...ours.filter(({ running }) => !running).map(({ server, host }) => `guest ${server} on ${host} does not run`),
  ]
}

/** What stands in `some` more often than in `others`. */
function difference(some: readonly string[], others: readonly string[]): readonly string[] {
  const left = [...others]
  return some.filter((one) => {
    const at = left.indexOf(one)
    if (at === -1) return true
    left.splice(at, 1)
    return false
  })
}
