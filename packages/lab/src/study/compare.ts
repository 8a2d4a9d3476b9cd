import { contextOf, type Context } from '../policies/context.ts'
import { policyOf, type NamedPolicy } from '../policies/lab-policies.ts'
import { replay, type ReplayOptions, type Run } from '../replay/replay.ts'
import { arrange, type Arrangement } from '../workload/arrange.ts'
import type { Workload } from '../workload/workload.ts'
import { compaction, type Compaction } from './compaction.ts'

/** All policies of a workload under the same seeds. */
export interface Comparison {
  readonly workload: string
  readonly about: string
  readonly origin: string
  readonly focus: string
  readonly hosts: number
  readonly policies: readonly string[]
  readonly seeds: readonly string[]
  /** Policy by policy, and in each seed by seed. */
  readonly runs: readonly (readonly Run[])[]
  /** Likewise; null if it was not asked for. */
  readonly compactions: readonly (readonly Compaction[])[] | null
}

export interface CompareOptions {
  readonly seeds: number
  /** Also the fewest hosts that hold the workload, which takes some ten replays for each run. */
  readonly compact?: boolean
  readonly now?: ReplayOptions['now']
  /** Told what is done of all, from 0 to 1, and what is being done. */
  progress?(share: number, what: string): void
  /** Awaited between runs, so that the caller can do other things. */
  pause?(): Promise<void>
}

/**
 * Replays a workload under each of its policies and each seed. Every seed orders hosts and requests the same way for
 * all policies. Without `now` the same workload and seeds give the same comparison to the last digit.
 * @throws `lab.unknown_policy`, `lab.wrong_use`, `scheduler.*`
 */
export async function compare(workload: Workload, options: CompareOptions): Promise<Comparison> {
  const { config, origin, hosts } = workload
  const context = contextOf(workload)
  const policies = config.policies.map((each) => policyOf(each, context))
  const seeds = Array.from({ length: options.seeds }, (_, at) => `${at + 1}`)
  const total = policies.length * seeds.length
  const runs: Run[][] = policies.map(() => [])
  const compactions: Compaction[][] = policies.map(() => [])
  let done = 0
  for (const seed of seeds) {
    const arrangement = arrange(workload, seed)
    for (const [at, policy] of policies.entries()) {
      const what = `${policy.name}, seed ${seed}`
      const progress = (share: number): void => options.progress?.((done + share) / total, what)
      progress(0)
      await options.pause?.()
      runs[at]?.push(replay(arrangement, policy, context, seed, { ...clockOf(options), progress }))
      if (options.compact === true) compactions[at]?.push(compacted(arrangement, policy, context, seed))
      done++
    }
  }
  options.progress?.(1, 'done')
  return {
    workload: config.name,
    about: config.about,
    origin,
    focus: config.focus,
    hosts: hosts.length,
    policies: policies.map(({ name }) => name),
    seeds,
    runs,
    compactions: options.compact === true ? compactions : null,
  }
}

function clockOf({ now }: CompareOptions): Pick<ReplayOptions, 'now'> {
  return now === undefined ? {} : { now }
}

function compacted(arrangement: Arrangement, policy: NamedPolicy, context: Context, seed: string): Compaction {
  return compaction(arrangement, (less) => replay(less, policy, context, seed, { samples: false }).failures.count)
}
