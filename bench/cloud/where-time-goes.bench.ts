import { mkdtemp, readFile, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { createCloud, gib, type Cloud } from 'novakit'
import { fakeDriver } from '@novakit/driver-fake'
import { counted } from './statements.ts'
import { cpuByPart } from './cpu-by-part.ts'

interface Workload {
  readonly about: string
  readonly hosts: number
  readonly host: { readonly vcpus: number; readonly memoryGiB: number; readonly diskGiB: number }
  readonly flavor: string
  readonly warmUp: number
  readonly servers: number
  readonly inFlight: number
}

/** Three boots of as many servers: one only timed, one counted, one sampled. */
export async function run(): Promise<void> {
  const file = path.join(import.meta.dirname, '../workloads/where-time-goes.json')
  const load = JSON.parse(await readFile(file, 'utf8')) as Workload
  const folder = await mkdtemp(path.join(os.tmpdir(), 'novakit-bench-'))
  try {
    console.log(load.about)
    await measure(load, path.join(folder, 'cloud.db'))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function measure(load: Workload, database: string): Promise<void> {
  const { vcpus, memoryGiB, diskGiB } = load.host
  const size = { vcpus, memory: gib(memoryGiB), disk: gib(diskGiB) }
  const hosts = Object.fromEntries(Array.from({ length: load.hosts }, (_, at) => [`host-${at}`, fakeDriver(size)]))
  await using cloud = await createCloud({ database, hosts })
  await cloud.start()
  await boot(cloud, load, load.warmUp)

  const cpu = process.cpuUsage()
  const began = performance.now()
  await boot(cloud, load, load.servers)
  const millis = performance.now() - began
  const { user, system } = process.cpuUsage(cpu)
  const each = (amount: number): string => (amount / load.servers).toFixed(2)
  console.log(`  ${((load.servers / millis) * 1000).toFixed(0)} servers/s from accept to active`)
  console.log(`  ${each((user + system) / 1000)} ms of CPU per server, all threads`)

  const sql = await counted(() => boot(cloud, load, load.servers))
  console.log(
    `  ${each(sql.statements)} SQL statements, ${each(sql.transactions)} transactions and ${each(sql.commits)} commits to disk per server`,
  )

  const parts = await cpuByPart(() => boot(cloud, load, load.servers))
  for (const [part, spent] of [...parts].toSorted(([, a], [, b]) => b - a).slice(0, 16)) {
    console.log(`  ${each(spent).padStart(6)} ms  ${part}`)
  }
}

let made = 0

async function boot(cloud: Cloud, load: Workload, count: number): Promise<void> {
  const admin = cloud.as({ project: 'bench', user: 'bench', roles: ['admin'] })
  await admin.quotas.set('bench', { instances: -1, cores: -1, ram: -1 })
  const { promise: all, resolve } = Promise.withResolvers<void>()
  let active = 0
  const rested = (): void => {
    if (++active === count) resolve()
  }
  cloud.events.on('instance.create.end', rested)
  for (let first = 0; first < count; first += load.inFlight) {
    const some = Array.from({ length: Math.min(load.inFlight, count - first) }, () => `server-${made++}`)
    await Promise.all(some.map((name) => admin.servers.create({ name, flavor: load.flavor, image: 'cirros' })))
  }
  await all
  cloud.events.off('instance.create.end', rested)
}
