import type { Arrangement } from '../workload/arrange.ts'

/** How far a cluster can be made smaller before more requests fail. */
export interface Compaction {
  /** The fewest hosts that were enough. */
  readonly hosts: number
  /** Of all hosts. */
  readonly share: number
  /** Requests that fail on all hosts; no more than these may fail on fewer. */
  readonly failures: number
}

/**
 * Takes hosts away from the end of the order of the seed, by halving, as long as no more requests fail than with all
 * of them. Source: Verma, Korupolu and Wilkes, Evaluating job packing in warehouse-scale computing (CLUSTER 2014).
 */
export function compaction({ hosts, jobs }: Arrangement, failuresOf: (arrangement: Arrangement) => number): Compaction {
  const failures = failuresOf({ hosts, jobs })
  let enough = hosts.length
  let tooFew = 0
  while (enough - tooFew > 1) {
    const middle = Math.floor((enough + tooFew) / 2)
    if (failuresOf({ hosts: hosts.slice(0, middle), jobs }) <= failures) enough = middle
    else tooFew = middle
  }
  return { hosts: enough, share: enough / hosts.length, failures }
}
