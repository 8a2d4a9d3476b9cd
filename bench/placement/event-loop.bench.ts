import { mkdtemp, readFile, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { namedUuid, type GlobalStore } from '@novakit/core'
import { providerMirror } from '@novakit/placement'
import { flatProviders, openDatabase, treeOf, withClasses } from './database.ts'
import { heldFor, watchLoop, type Hold } from './hold-meter.ts'
import { startServer, type PlacementServer } from './server.ts'

interface Workload {
  readonly about: string
  /** Milliseconds of CPU that a request may keep the loop. */
  readonly most: number
  /** Providers without parents or children. */
  readonly flat: number
  /** Providers in one tree: a root, its children, and theirs. */
  readonly tree: number
  /** Unknown keys of one body. */
  readonly keys: number
  /** Of one consumer. */
  readonly amounts: { readonly providers: number; readonly classes: number }
  readonly times: number
}

interface Case {
  readonly title: string
  readonly run: (round: number) => Promise<unknown>
}

export async function run(): Promise<void> {
  const file = path.join(import.meta.dirname, '../workloads/placement-event-loop.json')
  const load = JSON.parse(await readFile(file, 'utf8')) as Workload
  console.log(load.about)
  for (const world of [flat, tree, amounts]) {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'novakit-bench-'))
    try {
      await world(load, path.join(folder, 'placement.db'))
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }
}

async function flat(load: Workload, database: string): Promise<void> {
  const store = await openDatabase(database)
  const [first = ''] = await flatProviders(store, load.flat)
  await mirrored(store, `a mirror of ${load.flat} providers`, load)
  await store.close()
  const keys = Object.fromEntries(Array.from({ length: load.keys }, (_, n) => [`k${n}`, 1]))
  await measured(database, load, (server) => [
    {
      title: `candidates on ${load.flat} providers, no limit`,
      run: () => server.send('GET', '/allocation_candidates?resources=VCPU:1,MEMORY_MB:256,DISK_GB:10'),
    },
    { title: `a list of ${load.flat} providers`, run: () => server.send('GET', '/resource_providers') },
    { title: `a body of ${load.keys} unknown keys`, run: () => server.send('POST', '/allocations', keys, 400) },
    {
      title: `an inventory of ${load.keys} unknown keys`,
      run: () => server.send('PUT', `/resource_providers/${first}/inventories`, keys, 400),
    },
  ])
}

async function tree(load: Workload, database: string): Promise<void> {
  const store = await openDatabase(database)
  const [root = '', child = ''] = await treeOf(store, load.tree)
  await mirrored(store, `a mirror of a tree of ${load.tree}`, load)
  await store.close()
  const subtree = 'resources_A=VCPU:1&resources_B=MEMORY_MB:1&group_policy=none&same_subtree=_A,_B'
  await measured(database, load, (server) => [
    {
      title: `two groups of one subtree in a tree of ${load.tree}, limit 10`,
      run: () => server.send('GET', `/allocation_candidates?${subtree}&limit=10`),
    },
    {
      title: `two groups of one subtree in a tree of ${load.tree}, limit 1000`,
      run: () => server.send('GET', `/allocation_candidates?${subtree}&limit=1000`),
    },
    {
      title: `one group in a tree of ${load.tree}, no limit`,
      run: () => server.send('GET', '/allocation_candidates?resources=VCPU:1'),
    },
    {
      title: `a claim in a tree of ${load.tree}, and candidates after it`,
      run: async (round) => {
        await server.send(
          'PUT',
          `/allocations/${namedUuid('bench', `tree ${round}`)}`,
          claimOf({ [child]: { VCPU: 1 } }),
        )
        await server.send('GET', '/allocation_candidates?resources=VCPU:1&limit=1')
      },
    },
    { title: `the tree, listed`, run: () => server.send('GET', `/resource_providers?in_tree=${root}`) },
  ])
}

async function amounts(load: Workload, database: string): Promise<void> {
  const { providers, classes } = load.amounts
  const store = await openDatabase(database)
  const ids = await withClasses(store, providers, classes)
  await store.close()
  const all = Object.fromEntries(Array.from({ length: classes }, (_, n) => [`CUSTOM_${n}`, 1]))
  const body = claimOf(Object.fromEntries(ids.map((each) => [each, all])))
  const consumer = (round: number): string => `/allocations/${namedUuid('bench', `amounts ${round}`)}`
  const what = `${providers * classes} amounts`
  await measured(database, load, (server) => [
    { title: `${what} claimed by one consumer`, run: (round) => server.send('PUT', consumer(round), body) },
    { title: `${what} shown`, run: (round) => server.send('GET', consumer(round)) },
    { title: `${what} claimed again, refused`, run: (round) => server.send('PUT', consumer(round), body, 409) },
    { title: `${what} given back`, run: (round) => server.send('DELETE', consumer(round)) },
  ])
}

/** In this process: what a server does before it answers, and a scheduler when it starts. */
async function mirrored(store: GlobalStore, title: string, { most, times }: Workload): Promise<void> {
  const longestHold = watchLoop()
  let worst = longestHold()
  for (let round = 0; round < times; round++) {
    await providerMirror(store).current()
    worst = worse(worst, longestHold())
  }
  tell(title, worst, most)
}

function worse(a: Hold, b: Hold): Hold {
  return heldFor(b) > heldFor(a) ? b : a
}

function tell(title: string, hold: Hold, most: number): void {
  const held = heldFor(hold)
  const share = `${Math.min(100, (hold.worked / hold.passed) * 100).toFixed(0)} % of ${hold.passed.toFixed(0)} ms`
  console.log(
    `${title.padEnd(64)} ${held.toFixed(1).padStart(7)} ms CPU (${share})${held <= most ? '' : `: over ${most}`}`,
  )
}

function claimOf(taking: Readonly<Record<string, object>>): object {
  const allocations = Object.fromEntries(
    Object.entries(taking).map(([provider, resources]) => [provider, { resources }]),
  )
  const owner = { project_id: 'project', user_id: 'user', consumer_type: 'INSTANCE' }
  return { allocations, consumer_generation: null, ...owner }
}

async function measured(
  database: string,
  { most, times }: Workload,
  casesOf: (server: PlacementServer) => readonly Case[],
): Promise<void> {
  const server = await startServer(database, true)
  try {
    for (const { title, run: once } of casesOf(server)) {
      let worst: Hold = { passed: 0, worked: 0 }
      await server.longestHold()
      for (let round = 0; round < times; round++) {
        await once(round)
        worst = worse(worst, await server.longestHold())
      }
      tell(title, worst, most)
    }
  } finally {
    await server.stop()
  }
}
