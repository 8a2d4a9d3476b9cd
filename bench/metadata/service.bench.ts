import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { Worker } from 'node:worker_threads'
import { seconds, silentLog, type FirstBootInput, type FirstBootSource } from '@novakit/core'
import { serve, type FetchHandler } from '@novakit/http-kit'
import { firstBootInput, metadataService, signedByProxy } from '@novakit/metadata'

interface Workload {
  readonly about: string
  readonly servers: number
  readonly userDataBytes: number
  readonly paths: readonly string[]
  readonly rounds: number
  readonly connections: number
}

/** One request as it goes over the wire. */
interface Asked {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
}

const secret = 'a secret of thirty-two bytes or more'

/** Requests per second of one core: the handler alone, and with sockets by the CPU time that the server's thread takes. */
export async function run(): Promise<void> {
  const file = path.join(import.meta.dirname, '../workloads/metadata-service.json')
  const load = JSON.parse(await readFile(file, 'utf8')) as Workload
  const inputs = new Map(
    Array.from({ length: load.servers }, (_, index) => serverOf(load, index)).map((one) => [one.server, one]),
  )
  const source: FirstBootSource = {
    byServer: async (server) => inputs.get(server) ?? null,
    serverAt: async () => null,
    password: async () => null,
    storePassword: async () => false,
  }
  const make = (cacheFor: number) =>
    metadataService({ source, identify: signedByProxy({ secret }), cacheFor: seconds(cacheFor) })
  const requests = [...inputs.values()].flatMap((input) => load.paths.map((at) => askedBy(input, at)))
  console.log(load.about)
  await handlerAlone('handler, cached     ', make(3600), requests, load.rounds)
  await handlerAlone('handler, not cached ', make(0), requests, 1)
  await overSockets(make(3600), requests, load)
}

async function handlerAlone(
  name: string,
  handler: FetchHandler,
  requests: readonly Asked[],
  rounds: number,
): Promise<void> {
  const once = async () => {
    for (const { path: at, headers } of requests) {
      const response = await handler(new Request(`http://169.254.169.254${at}`, { headers }))
      if (response.status !== 200) throw new Error(`${at} answered ${response.status}`)
    }
  }
  await once()
  const before = process.threadCpuUsage()
  for (let round = 0; round < rounds; round++) await once()
  console.log(`${name} ${rate(requests.length * rounds, cpuSince(before))} requests per second of CPU time`)
}

/** The client has a thread of its own; the rest of the process does nothing but serve. */
async function overSockets(handler: FetchHandler, requests: readonly Asked[], load: Workload): Promise<void> {
  const server = await serve(handler, { host: '127.0.0.1', port: 0, log: silentLog })
  const workerData = { port: server.port, requests, rounds: load.rounds, connections: load.connections }
  const worker = new Worker(path.join(import.meta.dirname, 'ask-over-sockets.ts'), { workerData })
  const left = once(worker, 'exit')
  // The first message says that it is warm.
  await once(worker, 'message')
  const [began, before] = [performance.now(), process.threadCpuUsage()]
  worker.postMessage('go')
  const [count] = (await once(worker, 'message')) as [number]
  const wall = performance.now() - began
  const cpu = cpuSince(before)
  await Promise.all([left, server.close()])
  console.log(`over sockets         ${rate(count, wall)} requests/s, client and server on this machine`)
  console.log(`over sockets         ${rate(count, cpu)} requests per second of CPU time`)
}

function askedBy({ server, project }: FirstBootInput, at: string): Asked {
  const signature = createHmac('sha256', secret).update(server).digest('hex')
  return {
    path: at,
    headers: { 'x-instance-id': server, 'x-tenant-id': project, 'x-instance-id-signature': signature },
  }
}

function serverOf({ userDataBytes }: Workload, index: number): FirstBootInput {
  return firstBootInput({
    server: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
    name: `server-${index}`,
    metadata: { role: 'bench' },
    keys: [{ name: 'key', data: `ssh-ed25519 ${'A'.repeat(68)} bench` }],
    userData: Buffer.alloc(userDataBytes, '#'),
    nics: [
      {
        mac: 'fa:16:3e:00:00:01',
        fixedIps: [{ address: '10.0.0.5', prefix: 24, gateway: '10.0.0.1', dns: ['9.9.9.9'] }],
      },
    ],
    randomSeed: Buffer.alloc(512),
  })
}

/** Milliseconds that this thread has worked. */
function cpuSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.threadCpuUsage(before)
  return (user + system) / 1000
}

function rate(count: number, millis: number): string {
  return ((count / millis) * 1000).toFixed(0).padStart(8)
}
