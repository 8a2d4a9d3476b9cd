import type { Case, Judge } from './case.ts'
import type { TraceSet } from '../set.ts'
import { placed } from './case.ts'
import { yardOf } from './yard.ts'

/** At least as many servers of groups are active as a greedy assignment finds places for. */
export const beatsGreed: Judge = (given) => {
  if (!given.noLessThanGreedy) return []
  const ours = grouped(given)
  const greedy = greedily(given.set)
  return ours >= greedy ? [] : [`${ours} servers of groups are active, and a greedy assignment places ${greedy}`]
}

export const grouped = (given: Case): number => placed(given).filter(({ request }) => request.group !== null).length

/** Each request in its order to the first host that has room for it and where the rule of its group lets it be. */
export function greedily({ hosts, requests }: TraceSet): number {
  const yard = yardOf(hosts)
  let count = 0
  for (const request of requests) {
    const host = hosts.find((each) => yard.fits(each, request))
    if (host === undefined) continue
    yard.put(host, request)
    if (request.group !== null) count++
  }
  return count
}
