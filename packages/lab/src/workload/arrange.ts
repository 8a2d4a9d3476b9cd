import type { HostState } from '@novakit/core'
import { dice, shuffled, type Dice } from '../dice.ts'
import { capacityOfHosts } from './capacity.ts'
import { generateRequests } from './generate.ts'
import type { Job, Workload } from './workload.ts'

/** A workload as one seed orders it. */
export interface Arrangement {
  readonly hosts: readonly HostState[]
  readonly jobs: readonly Job[]
}

/**
 * Orders hosts and requests, and draws as many of the latter as the workload asks for; generated requests are generated
 * anew for each seed. The same seed, the same arrangement.
 */
export function arrange({ config, hosts, jobs: given }: Workload, seed: string): Arrangement {
  const roll = dice(`${seed}/requests`)
  const jobs = 'generate' in config.requests ? generateRequests(seed, config.requests) : given
  const ordered =
    config.order === 'shuffled' ? shuffled(jobs, roll) : config.order === 'arrival' ? byArrival(jobs) : jobs
  const enough =
    config.demand === undefined ? ordered : drawn(ordered, config.demand, { hosts, focus: config.focus, roll })
  return {
    hosts: config.hostOrder === 'shuffled' ? shuffled(hosts, dice(`${seed}/hosts`)) : hosts,
    jobs: config.departures ? enough : enough.map((job) => ({ ...job, departs: null })),
  }
}

function byArrival(jobs: readonly Job[]): readonly Job[] {
  return jobs.toSorted((a, b) => a.arrives - b.arrives)
}

interface Drawing {
  readonly hosts: readonly HostState[]
  readonly focus: string
  readonly roll: Dice
}

/**
 * Up to the last request by which the demand does not go beyond `times` what the hosts have; those that are missing are
 * drawn again at random. Source: the workload inflation of hkust-adsl/kubernetes-scheduler-simulator.
 */
function drawn(jobs: readonly Job[], times: number, { hosts, focus, roll }: Drawing): readonly Job[] {
  const most = times * capacityOfHosts(hosts, focus)
  const taken: Job[] = []
  let demand = 0
  for (let at = 0; ; at++) {
    const again = at >= jobs.length
    const job = again ? (jobs[roll.below(jobs.length)] as Job) : (jobs[at] as Job)
    demand += job.shape.total[focus] ?? 0
    if (demand > most) return taken
    taken.push(again ? { ...job, name: `${job.name}+${at}` } : job)
  }
}
