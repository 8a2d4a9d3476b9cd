import { mkdtemp, readFile, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { id, namedUuid, type ConsumerId, type GlobalStore, type ProviderId, type Resources } from '@novakit/core'
import { removeAllocations, setAllocations } from '@novakit/placement'
import { flatProviders, openDatabase, wideProviders } from './database.ts'
import { startServer, type PlacementServer } from './server.ts'

interface Workload {
  readonly about: string
  /** What every claim takes, and every search asks for. */
  readonly resources: Resources
  readonly flat: {
    readonly providers: readonly number[]
    readonly claims: number
    /** Of those that are sent one after another: each waits for the disk. */
    readonly oneByOne: number
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
  readonly targets: Targets
}

/** What is to be met: milliseconds of CPU of one request, at so many providers. */
interface Targets {
  readonly providers: number
  readonly candidatesMs: number
  readonly claimMs: number
  readonly claimsPerSecond: number
  /** How many times what it costs with the fewest providers a claim may cost with the most. */
  readonly growth: number
  /** By number of groups. */
  readonly wideMs: Readonly<Record<string, number>>
}

/** CPU milliseconds and requests a second of what was measured last under a title. */
type Figures = Map<string, { readonly cpu: number; readonly rate: number }>

const queryOf = (resources: Resources): string =>
  `resources=${Object.entries(resources)
    .map(([name, amount]) => `${name}:${amount}`)
    .join(',')}`

export async function run(): Promise<void> {
  const file = path.join(import.meta.dirname, '../workloads/placement.json')
  const load = JSON.parse(await readFile(file, 'utf8')) as Workload
  console.log(load.about)
  const figures: Figures = new Map()
  for (const providers of load.flat.providers) await inFolder((folder) => flat(load, providers, folder, figures))
  await inFolder((folder) => wide(load, folder, figures))
  judge(load, figures)
}

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'novakit-bench-'))
  try {
    await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function flat(load: Workload, providers: number, folder: string, figures: Figures): Promise<void> {
  const database = path.join(folder, 'placement.db')
  const store = await openDatabase(database)
  const ids = await flatProviders(store, providers)
  await library(store, ids, load, figures)
  await store.close()
  const server = await startServer(database)
  try {
    await overHttp(server, ids, load, figures)
  } finally {
    await server.stop()
  }
}

const consumerOf = (name: string): ConsumerId => id<ConsumerId>(namedUuid('bench', name))

/** What a library user pays, with so many claims on their way at once. */
async function library(store: GlobalStore, ids: readonly ProviderId[], load: Workload, figures: Figures) {
  const {
    resources,
    flat: { claims, inFlight },
  } = load
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
  tell(figures, `${ids.length} providers, claim, library`, { rate, cpu })
  await eachOf(claims, inFlight, (n) => store.write((tx) => removeAllocations(tx, consumerOf(`library ${n}`))))
}

async function overHttp(server: PlacementServer, ids: readonly ProviderId[], load: Workload, figures: Figures) {
  const {
    resources,
    flat: { claims, oneByOne, inFlight, candidates, limit },
  } = load
  const ask = () => server.send('GET', `/allocation_candidates?${queryOf(resources)}&limit=${limit}`)
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
  const measured = (what: string, times: number, atOnce: number, work: (n: number) => Promise<unknown>) =>
    measure(server, figures, `${ids.length} providers, ${what}`, { times, inFlight: atOnce, work })
  await eachOf(claims, inFlight, (n) => cycle(n, 'warm cycle'))
  await measured(`candidates, limit ${limit}`, candidates, 1, ask)
  await measured('claim, one after another', oneByOne, 1, (n) => put(`one ${n}`, spread(n)))
  await measured(`claim, ${inFlight} at once`, claims, inFlight, (n) => put(`many ${n}`, spread(n)))
  await measured('candidates and claim, one after another', oneByOne, 1, (n) => cycle(n, 'slow cycle'))
  await measured(`candidates and claim, ${inFlight} at once`, claims, inFlight, (n) => cycle(n, 'cycle'))
}

async function wide({ resources, wide: load }: Workload, folder: string, figures: Figures): Promise<void> {
  const { hosts, children, groups, limit, times } = load
  const database = path.join(folder, 'placement.db')
  const store = await openDatabase(database)
  await wideProviders(store, hosts, children)
  await store.close()
  const server = await startServer(database)
  try {
    for (const count of groups) {
      const asked = Array.from({ length: count }, (_, n) => `resources${n + 1}=CUSTOM_PF:1`).join('&')
      const line = `/allocation_candidates?${queryOf(resources)}&${asked}&group_policy=none&limit=${limit}`
      await eachOf(10, 1, () => server.send('GET', line))
      const work = () => server.send('GET', line)
      await measure(server, figures, wideTitle(load, count), { times, inFlight: 1, work })
    }
  } finally {
    await server.stop()
  }
}

function wideTitle({ hosts, children, limit }: Workload['wide'], count: number): string {
  return `${hosts} hosts × ${children} devices, ${count} groups, limit ${limit}`
}

interface Work {
  readonly times: number
  readonly inFlight: number
  readonly work: (n: number) => Promise<unknown>
}

async function measure(server: PlacementServer, figures: Figures, title: string, { times, inFlight, work }: Work) {
  const before = await server.cpu()
  const began = performance.now()
  await eachOf(times, inFlight, work)
  const rate = (times / (performance.now() - began)) * 1000
  tell(figures, title, { rate, cpu: ((await server.cpu()) - before) / times })
}

async function eachOf(times: number, inFlight: number, work: (n: number) => Promise<unknown>): Promise<void> {
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < times) await work(next++)
  }
  await Promise.all(Array.from({ length: inFlight }, worker))
}

function tell(figures: Figures, title: string, figure: { readonly cpu: number; readonly rate: number }): void {
  figures.set(title, figure)
  console.log(`${title.padEnd(62)} ${figure.rate.toFixed(0).padStart(6)}/s ${figure.cpu.toFixed(2).padStart(8)} ms CPU`)
}

/** Each target beside what was measured. A busy machine makes every figure worse: compare within one sitting. */
function judge({ flat: load, wide: nested, targets }: Workload, figures: Figures): void {
  const { providers, candidatesMs, claimMs, claimsPerSecond, growth, wideMs } = targets
  const of = (title: string) => figures.get(title) ?? { cpu: Number.NaN, rate: Number.NaN }
  const at = (what: string, count = providers) => of(`${count} providers, ${what}`)
  const many = `claim, ${load.inFlight} at once`
  const few = Math.min(...load.providers)
  const grown = (what: string): number => at(what).cpu / at(what, few).cpu
  const lines: readonly (readonly [string, number, 'at most' | 'at least', number])[] = [
    ['candidates, ms CPU', at(`candidates, limit ${load.limit}`).cpu, 'at most', candidatesMs],
    ['a claim over HTTP, one after another, ms CPU', at('claim, one after another').cpu, 'at most', claimMs],
    [`a claim over HTTP, ${load.inFlight} at once, ms CPU`, at(many).cpu, 'at most', claimMs],
    [
      'a cycle over HTTP, one after another, ms CPU',
      at('candidates and claim, one after another').cpu,
      'at most',
      claimMs,
    ],
    [`a cycle over HTTP, ${load.inFlight} at once, ms CPU`, at(`candidates and ${many}`).cpu, 'at most', claimMs],
    [`a claim's CPU at ${providers} over that at ${few}`, grown(many), 'at most', growth],
    [`a cycle's CPU at ${providers} over that at ${few}`, grown(`candidates and ${many}`), 'at most', growth],
    ['claims through the library, a second', at('claim, library').rate, 'at least', claimsPerSecond],
    ...Object.entries(wideMs).map(
      ([groups, most]) =>
        [`${groups} groups on wide hosts, ms CPU`, of(wideTitle(nested, Number(groups))).cpu, 'at most', most] as const,
    ),
  ]
  for (const [what, found, bound, target] of lines) {
    const met = bound === 'at most' ? found <= target : found >= target
    console.log(
      `target: ${what.padEnd(54)} ${found.toFixed(2).padStart(8)} (${bound} ${target}): ${met ? 'met' : 'NOT MET'}`,
    )
  }
}
