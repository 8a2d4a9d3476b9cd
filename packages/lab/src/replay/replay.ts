import type { Decision, Resources, SchedulingEngine, ServerId } from '@novakit/core'
import { filterScheduler } from '@novakit/scheduler'
import { openFailureBook, type Failures } from '../measures/failures.ts'
import { latencyOf, type Latency } from '../measures/latency.ts'
import { lowerBounds, roomsOf } from '../measures/lower-bounds.ts'
import { sample, type Sample } from '../measures/sample.ts'
import { totalsOf } from '../measures/totals.ts'
import type { Context } from '../policies/context.ts'
import type { NamedPolicy } from '../policies/lab-policies.ts'
import type { Arrangement } from '../workload/arrange.ts'
import type { Job } from '../workload/workload.ts'
import { openCluster } from './cluster.ts'
import { openDepartures } from './departures.ts'

/** What came of one policy under one seed. */
export interface Run {
  readonly policy: string
  readonly seed: string
  readonly requests: number
  readonly failures: Failures
  /** At each whole percent of the way, and at the end. */
  readonly samples: readonly Sample[]
  readonly end: Sample
  /** Hosts without a server: mean over the arrivals, and the least. */
  readonly emptyHosts: { readonly mean: number; readonly least: number }
  /** Hosts in use by the fewest that could do: when most were in use, and the mean over the samples. */
  readonly hostsToBound: { readonly peak: number; readonly mean: number }
  /** Of decision and claim together; null if nobody measured. */
  readonly latency: { readonly placed: Latency | null; readonly refused: Latency | null } | null
}

export interface ReplayOptions {
  /** A clock in milliseconds; without one, no latency is measured and runs are equal to the last digit. */
  readonly now?: () => number
  /** Told after every hundredth part. */
  readonly progress?: (share: number) => void
  /** False: only the end is looked at, for who asks for failures alone. Default true. */
  readonly samples?: boolean
}

/**
 * Puts every request of an arrangement to the scheduler's engine in turn, and carries out what it decides.
 * @throws `scheduler.*` for a policy that makes no sense
 */
export function replay(
  { hosts, jobs }: Arrangement,
  policy: NamedPolicy,
  context: Context,
  seed: string,
  { now, progress, samples: wanted = true }: ReplayOptions = {},
): Run {
  const engine = filterScheduler(policy.options(seed)).engine?.() as SchedulingEngine
  const cluster = openCluster(hosts, engine)
  const totals = totalsOf(hosts, jobs, context)
  const rooms = roomsOf(hosts)
  const capacity = totals.capacity[totals.classes.indexOf(context.focus)] as number
  const book = openFailureBook(context.focus)
  const departures = openDepartures<ServerId>()
  const standing = new Map<ServerId, Job>()
  const counts = new Map<Resources, number>()
  const leaves = jobs.some(({ departs }) => departs !== null)
  const samples: Sample[] = []
  const micros = { placed: [] as number[], refused: [] as number[] }
  const empty = { sum: 0, least: hosts.length }
  let demand = 0

  const decide = (job: Job, server: ServerId): Decision => {
    const { request } = job.shape
    const began = now?.() ?? 0
    const decision = engine.decide({ ...request, servers: [server] }, seed, { withoutReasons: true })
    const [choice] = decision.choices
    if (decision.kind === 'placed' && choice !== undefined) cluster.place(server, request, choice.chosen)
    if (now !== undefined) (choice === undefined ? micros.refused : micros.placed).push((now() - began) * 1000)
    return decision
  }
  const look = (at: number): Sample =>
    sample(cluster.hosts, totals, {
      at,
      arrived: demand / capacity,
      emptyHosts: cluster.empty,
      bound: lowerBounds(rooms, counts).hosts,
      failed: book.count,
    })
  const count = ({ shape: { total } }: Job, more: 1 | -1): void =>
    void counts.set(total, (counts.get(total) ?? 0) + more)

  let percent = -1
  for (const [at, job] of jobs.entries()) {
    for (let gone = departures.next(job.arrives); gone !== null; gone = departures.next(job.arrives)) {
      cluster.remove(gone)
      const job = standing.get(gone)
      if (job !== undefined) count(job, -1)
      standing.delete(gone)
    }
    const server = `${seed}/${at}` as ServerId
    const placed = decide(job, server).kind === 'placed'
    demand += job.shape.total[context.focus] ?? 0
    book.note(job, placed, (100 * demand) / capacity)
    if (placed) count(job, 1)
    if (placed && job.departs !== null) {
      departures.add(job.departs, server)
      standing.set(server, job)
    }
    empty.sum += cluster.empty
    empty.least = Math.min(empty.least, cluster.empty)
    const way = leaves ? (100 * (at + 1)) / jobs.length : (100 * demand) / capacity
    if (Math.floor(way) > percent) {
      percent = Math.floor(way)
      if (wanted) samples.push(look(percent))
      progress?.((at + 1) / jobs.length)
    }
  }
  const end = look(leaves ? 100 : Math.round((100 * demand) / capacity))
  if (end.at > percent) samples.push(end)
  return {
    policy: policy.name,
    seed,
    requests: jobs.length,
    failures: book.close(),
    samples,
    end,
    emptyHosts: { mean: empty.sum / jobs.length, least: empty.least },
    hostsToBound: hostsToBound(samples, hosts.length),
    latency: now === undefined ? null : { placed: latencyOf(micros.placed), refused: latencyOf(micros.refused) },
  }
}

function hostsToBound(samples: readonly Sample[], hosts: number): Run['hostsToBound'] {
  const counted = samples.filter(({ bound }) => bound > 0)
  const ratio = ({ emptyHosts, bound }: Sample): number => (hosts - emptyHosts) / bound
  const [first] = counted
  if (first === undefined) return { peak: 1, mean: 1 }
  const peak = counted.reduce((most, each) => (each.emptyHosts < most.emptyHosts ? each : most), first)
  return { peak: ratio(peak), mean: counted.reduce((sum, each) => sum + ratio(each), 0) / counted.length }
}
