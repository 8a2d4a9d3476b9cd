import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { openAtRest, type AtRest, type AtRestLoad } from './at-rest.ts'

/** Fills a cloud, then starts another process on its database. */
export async function run(): Promise<void> {
  const file = path.join(import.meta.dirname, '../workloads/at-rest.json')
  const load = JSON.parse(await readFile(file, 'utf8')) as AtRestLoad
  console.log(load.about)
  const folder = await mkdtemp(path.join(os.tmpdir(), 'novakit-bench-'))
  try {
    await fill(load, folder)
    tell(load, await serve(load, folder))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function fill(load: AtRestLoad, folder: string): Promise<void> {
  await using cloud = await openAtRest(load, folder)
  await cloud.start()
  const admin = cloud.as({ project: 'bench', user: 'bench', roles: ['admin'] })
  await admin.quotas.set('bench', { instances: -1, cores: -1, ram: -1 })
  for (let made = 0; made < load.servers; made += load.each) {
    const asked = {
      name: `s${made}`,
      flavor: load.flavor,
      image: 'cirros',
      networks: 'none',
      count: load.each,
    } as const
    const servers = await admin.servers.create(asked)
    for (const { id } of servers) await admin.servers.until(id, 'active', { timeout: 600_000 })
  }
}

/** @returns what the other process measured, with the milliseconds until it served */
async function serve(load: AtRestLoad, folder: string): Promise<AtRest & { readonly servingAfter: number }> {
  const began = performance.now()
  const child = fork(path.join(import.meta.dirname, 'at-rest-process.ts'), [folder, JSON.stringify(load)], {
    execArgv: ['--conditions=novakit-source'],
  })
  const ended = once(child, 'exit')
  await once(child, 'message')
  const servingAfter = performance.now() - began
  const [measured] = (await once(child, 'message')) as [AtRest]
  await ended
  return { ...measured, servingAfter }
}

function tell({ servers, hosts }: AtRestLoad, result: Awaited<ReturnType<typeof serve>>): void {
  console.log(`${servers} servers on ${hosts} hosts`)
  console.log(`serves    ${(result.servingAfter / 1000).toFixed(2)} s after its process was started`)
  console.log(`get       ${result.get.toFixed(3)} ms`)
  console.log(`page      ${result.page.toFixed(1)} ms for 1,000 servers`)
  console.log(`rest      ${(result.idle * 100).toFixed(2)} % of a core, ${result.memory.toFixed(0)} MiB`)
}
