import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { RequestSpec, Snapshot } from '@novakit/core'
import { decide, definePolicy, filterScheduler, type PolicyOptions } from '@novakit/scheduler'
import { openChurn } from './churn.ts'
import { buildCluster, dice, type Case, type Cluster, type Workload } from './cluster.ts'
import { novaLoop } from './nova-loop.ts'
import { typedScan } from './typed-scan.ts'

/** Decisions a second and their latency, with the claim in memory, beside ways without an index. */
export async function run(): Promise<void> {
  const file = path.join(import.meta.dirname, '../workloads/scheduler.json')
  const load = JSON.parse(await readFile(file, 'utf8')) as Workload
  const sizes = (process.env['BENCH_HOSTS']?.split(',').map(Number) ?? load.hosts).filter((size) => size > 0)
  const only = process.env['BENCH_CASE'] ?? ''
  console.log(load.about)
  console.log(
    `${'hosts'.padStart(7)}  ${'case'.padEnd(40)} engine/s     p50     p99   p99.9 µs  B/host    scan/s   nova/s  decide/s`,
  )
  for (const size of sizes) {
    for (const each of load.cases) if (each.name.includes(only)) measure(load, size, each)
  }
}

function measure(load: Workload, size: number, each: Case): void {
  const cluster = buildCluster(load, size, each)
  const before = heap()
  const engine = filterScheduler({ preset: each.preset } as PolicyOptions).engine?.()
  if (engine === undefined) throw new Error('the scheduler has no engine')
  engine.reset(cluster.snapshot)
  const tenants = [...cluster.tenants]
  const churn = openChurn(engine, { ...cluster, tenants }, each)
  for (const request of cluster.requests) engine.decide(request, 'warm')
  const bytes = Math.max(0, heap() - before) / size
  for (let at = 0; at < 3000; at++) churn()
  const { perSecond, quantiles } = timed(churn, load.millisPerMeasurement)
  const others = [scanRate(cluster, each, load), novaRate(cluster, load), naiveRate(cluster, each, load)]
  const figures = [...quantiles.map((value) => value.toFixed(1).padStart(7)), bytes.toFixed(0).padStart(10)]
  const rates = others.map((rate) => rate.toFixed(rate < 100 ? 1 : 0).padStart(9))
  console.log(
    `${String(size).padStart(7)}  ${each.name.padEnd(40)} ${perSecond.toFixed(0).padStart(8)} ${figures.join(' ')} ${rates.join(' ')}`,
  )
}

interface Timing {
  /** By the processor time of this thread, which other work on the machine disturbs least. */
  readonly perSecond: number
  /** p50, p99 and p99.9, in microseconds by the clock. */
  readonly quantiles: readonly number[]
}

function timed(once: () => void, millis: number): Timing {
  const took: number[] = []
  const before = process.threadCpuUsage()
  const began = performance.now()
  let last = began
  while (last - began < millis) {
    once()
    const now = performance.now()
    took.push((now - last) * 1000)
    last = now
  }
  const sorted = Float64Array.from(took).toSorted()
  const at = (part: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0
  const { user, system } = process.threadCpuUsage(before)
  return { perSecond: (took.length / (user + system)) * 1e6, quantiles: [at(0.5), at(0.99), at(0.999)] }
}

function scanRate({ snapshot, requests }: Cluster, each: Case, load: Workload): number {
  const scan = typedScan(snapshot.hosts, each.preset.startsWith('pack') ? -1 : 1)
  const roll = dice(7)
  const running: { readonly at: number; readonly request: RequestSpec }[] = []
  const once = (): void => {
    const request = requests[roll(requests.length)] as RequestSpec
    const found = scan.decide(request)
    if (found === null) return
    scan.take(found.at, request, 1)
    running.push({ at: found.at, request })
    if (running.length < 100) return
    const [gone] = running.splice(roll(running.length), 1)
    if (gone !== undefined) scan.take(gone.at, gone.request, -1)
  }
  for (let at = 0; at < 20; at++) once()
  return timed(once, load.millisPerMeasurement / 3).perSecond
}

function novaRate({ snapshot, requests }: Cluster, load: Workload): number {
  const roll = dice(7)
  const once = (): void => void novaLoop(snapshot.hosts, requests[roll(requests.length)] as RequestSpec)
  once()
  return timed(once, load.millisPerMeasurement / 3).perSecond
}

function naiveRate({ snapshot, requests }: Cluster, each: Case, load: Workload): number {
  const roll = dice(7)
  const policy = definePolicy({ preset: each.preset } as PolicyOptions)
  const world: Snapshot = snapshot
  const once = (): void => void decide(policy, world, requests[roll(requests.length)] as RequestSpec, 'seed')
  once()
  return timed(once, load.millisPerMeasurement / 3).perSecond
}

function heap(): number {
  globalThis.gc?.()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}
