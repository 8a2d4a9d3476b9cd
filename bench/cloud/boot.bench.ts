import { mkdtemp, readFile, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { createCloud, gib } from 'novakit'
import { fakeDriver } from '@novakit/driver-fake'

interface Workload {
  readonly about: string
  readonly hosts: number
  readonly host: { readonly vcpus: number; readonly memoryGiB: number; readonly diskGiB: number }
  readonly servers: number
  readonly inFlight: number
  readonly flavor: string
}

/** From accept to active, durable, with the CPU that one server costs. */
export async function run(): Promise<void> {
  const file = path.join(import.meta.dirname, '../workloads/boot-small.json')
  const load = JSON.parse(await readFile(file, 'utf8')) as Workload
  const folder = await mkdtemp(path.join(os.tmpdir(), 'novakit-bench-'))
  try {
    await boot(load, path.join(folder, 'cloud.db'))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function boot(load: Workload, database: string): Promise<void> {
  const { vcpus, memoryGiB, diskGiB } = load.host
  const driver = () => fakeDriver({ vcpus, memory: gib(memoryGiB), disk: gib(diskGiB) })
  const hosts = Object.fromEntries(Array.from({ length: load.hosts }, (_, index) => [`host-${index}`, driver()]))
  await using cloud = await createCloud({ database, hosts })
  await cloud.start()
  const admin = cloud.as({ project: 'bench', user: 'bench', roles: ['admin'] })
  await admin.quotas.set('bench', { instances: -1, cores: -1, ram: -1 })
  let active = 0
  const { promise: all, resolve } = Promise.withResolvers<void>()
  cloud.events.on('instance.create.end', () => {
    if (++active === load.servers) resolve()
  })
  const began = performance.now()
  const before = process.cpuUsage()
  for (let first = 0; first < load.servers; first += load.inFlight) {
    const names = Array.from(
      { length: Math.min(load.inFlight, load.servers - first) },
      (_, index) => `s${first + index}`,
    )
    await Promise.all(names.map((name) => admin.servers.create({ name, flavor: load.flavor, image: 'cirros' })))
  }
  const accepted = performance.now() - began
  await all
  const total = performance.now() - began
  const { user, system } = process.cpuUsage(before)
  console.log(load.about)
  console.log(`accepted  ${rate(load.servers, accepted)} servers/s`)
  console.log(`active    ${rate(load.servers, total)} servers/s`)
  console.log(`CPU       ${((user + system) / 1000 / load.servers).toFixed(2)} ms per server, all parts`)
}

function rate(count: number, millis: number): string {
  return ((count / millis) * 1000).toFixed(0).padStart(6)
}
