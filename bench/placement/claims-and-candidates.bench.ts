import { mkdtemp, readFile, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { id, namedUuid, type ConsumerId, type GlobalStore, type ProviderId } from '@novakit/core'
import { removeAllocations, setAllocations } from '@novakit/placement'
import { flatProviders, openDatabase, wideProviders } from './database.ts'
import { startServer, type PlacementServer } from './server.ts'

interface Workload {
  readonly about: string
  readonly flat: {
    readonly providers: readonly number[]
    readonly claims: number
    readonly inFlight: number
    readonly candidates: number
    readonly limit: number
  }
  readonly wide: {
    readonly hosts: number
    readonly children: number
    readonly groups: readonly number[]
    readonly limit: number
    readonly times: number
  }
}

const resources = { VCPU: 1, MEMORY_MB: 256, DISK_GB: 10 }
const query = 'resources=VCPU:1,MEMORY_MB:256,DISK_GB:10'

export async function run(): Promise<void> {
  const file = path.join(import.meta.dirname, '../workloads/placement.json')
  const load = JSON.parse(await readFile(file, 'utf8')) as Workload
  console.log(load.about)
  for (const providers of load.flat.providers) await inFolder((folder) => flat(load.flat, providers, folder))
  await inFolder((folder) => wide(load.wide, folder))
}

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'novakit-bench-'))
  try {
    await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function flat(load: Workload['flat'], providers: number, folder: string): Promise<void> {
  const database = path.join(folder, 'placement.db')
  const store = await openDatabase(database)
  const ids = await flatProviders(store, providers)
  await library(store, ids, load)
  await store.close()
  const server = await startServer(database)
  try {
    await overHttp(server, ids, load)
  } finally {
    await server.stop()
  }
}

const consumerOf = (name: string): ConsumerId => id<ConsumerId>(namedUuid('bench', name))

/** What a library user pays, with so many claims on their way at once. */
async function library(store: GlobalStore, ids: readonly ProviderId[], { claims, inFlight }: Workload['flat']) {
  const claim = (n: number, round: string) => {
    const provider = ids[(n * 7919) % ids.length] as ProviderId
    return store.write((tx) =>
      setAllocations(tx, [
        {
          consumer: consumerOf(`${round} ${n}`),
          consumerType: 'INSTANCE',
          consumerGeneration: null,
          project: id('project'),
          user: id('user'),
          allocations: new Map([[provider, resources]]),
        },
      ]),
    )
  }
  await eachOf(300, inFlight, (n) => claim(n, 'warm'))
  const began = performance.now()
  const before = process.cpuUsage()
  await eachOf(claims, inFlight, (n) => claim(n, 'library'))
  const { user, system } = process.cpuUsage(before)
  const cpu = (user + system) / 1000 / claims
  const rate = (claims / (performance.now() - began)) * 1000
  tell(`${ids.length} providers, claim, library`, `${rate.toFixed(0)}/s`, `${cpu.toFixed(2)} ms CPU`)
  await eachOf(claims, inFlight, (n) => store.write((tx) => removeAllocations(tx, consumerOf(`library ${n}`))))
}

async function overHttp(server: PlacementServer, ids: readonly ProviderId[], load: Workload['flat']): Promise<void> {
  const { claims, inFlight, candidates, limit } = load
  const ask = () => server.send('GET', `/allocation_candidates?${query}&limit=${limit}`)
  const put = (name: string, allocations: object) =>
    server.send('PUT', `/allocations/${consumerOf(name)}`, {
      allocations,
      consumer_generation: null,
      consumer_type: 'INSTANCE',
      project_id: 'project',
      user_id: 'user',
    })
  const spread = (n: number) => ({ [ids[(n * 7919) % ids.length] as string]: { resources } })
  const cycle = async (n: number, round: string) => {
    const { allocation_requests: found } = await ask()
    await put(`${round} ${n}`, found[n % found.length].allocations)
  }
  await eachOf(300, inFlight, (n) => cycle(n, 'warm cycle'))
  await measure(server, `${ids.length} providers, candidates, limit ${limit}`, candidates, 1, ask)
  await measure(server, `${ids.length} providers, claim, one after another`, claims, 1, (n) =>
    put(`one ${n}`, spread(n)),
  )
  await measure(server, `${ids.length} providers, claim, ${inFlight} at once`, claims, inFlight, (n) =>
    put(`many ${n}`, spread(n)),
  )
  await measure(server, `${ids.length} providers, candidates and claim`, claims, inFlight, (n) => cycle(n, 'cycle'))
}

async function wide({ hosts, children, groups, limit, times }: Workload['wide'], folder: string): Promise<void> {
  const database = path.join(folder, 'placement.db')
  const store = await openDatabase(database)
  await wideProviders(store, hosts, children)
  await store.close()
  const server = await startServer(database)
  try {
    for (const count of groups) {
      const asked = Array.from({ length: count }, (_, n) => `resources${n + 1}=CUSTOM_PF:1`).join('&')
      const line = `/allocation_candidates?${query}&${asked}&group_policy=none&limit=${limit}`
      await eachOf(10, 1, () => server.send('GET', line))
      const title = `${hosts} hosts × ${children} devices, ${count} groups, limit ${limit}`
      await measure(server, title, times, 1, () => server.send('GET', line))
    }
  } finally {
    await server.stop()
  }
}

async function measure(
  server: PlacementServer,
  title: string,
  times: number,
  inFlight: number,
  work: (n: number) => Promise<unknown>,
): Promise<void> {
  const before = await server.cpu()
  const began = performance.now()
  await eachOf(times, inFlight, work)
  const rate = (times / (performance.now() - began)) * 1000
  const cpu = ((await server.cpu()) - before) / times
  tell(`${title}, HTTP`, `${rate.toFixed(0)}/s`, `${cpu.toFixed(2)} ms CPU`)
}

async function eachOf(times: number, inFlight: number, work: (n: number) => Promise<unknown>): Promise<void> {
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < times) await work(next++)
  }
  await Promise.all(Array.from({ length: inFlight }, worker))
}

function tell(title: string, rate: string, cpu: string): void {
  console.log(`${title.padEnd(60)} ${rate.padStart(9)} ${cpu.padStart(14)}`)
}
