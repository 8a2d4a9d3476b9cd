import type { Cloud, Verbs } from 'novakit'
import { openAtRest, type AtRest, type AtRestLoad } from './at-rest.ts'

const [folder = '', load = ''] = process.argv.slice(2)
await serve(folder, JSON.parse(load) as AtRestLoad)

/** Says when it serves, and then what it measured. */
async function serve(where: string, given: AtRestLoad): Promise<void> {
  await using cloud: Cloud = await openAtRest(given, where)
  await cloud.start()
  const admin = cloud.as({ project: 'bench', user: 'bench', roles: ['admin'] })
  const { servers } = await admin.servers.list({ limit: 1000 })
  process.send?.('serving')
  const ids = servers.map(({ id }) => id)
  const measured: AtRest = {
    get: await eachTakes(given.gets, (at) => admin.servers.get(ids[at % ids.length] ?? '')),
    page: await pagesTake(admin, given.pages),
    ...(await rest(given.restSeconds)),
  }
  process.send?.(measured)
  process.disconnect?.()
}

/** Milliseconds of one. */
async function eachTakes(times: number, work: (at: number) => Promise<unknown>): Promise<number> {
  const began = performance.now()
  for (let at = 0; at < times; at++) await work(at)
  return (performance.now() - began) / times
}

function pagesTake({ servers }: Verbs, times: number): Promise<number> {
  let marker: string | undefined
  return eachTakes(times, async () => {
    const page = await servers.list({ limit: 1000, ...(marker === undefined ? {} : { marker }) })
    marker = page.next ?? undefined
  })
}

async function rest(seconds: number): Promise<Pick<AtRest, 'idle' | 'memory'>> {
  const before = process.cpuUsage()
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000))
  const { user, system } = process.cpuUsage(before)
  return { idle: (user + system) / 1e6 / seconds, memory: process.memoryUsage().rss / 2 ** 20 }
}
