import type { Evidence, SeenGuest, SeenServer } from './evidence.ts'
import type { TraceHost, TraceRequest, TraceSet } from '../set.ts'

/** What is judged: a set that was asked for, and what came of it. */
export interface Case {
  readonly set: TraceSet
  readonly evidence: Evidence
  /** Null: nobody looked. */
  readonly guests: readonly SeenGuest[] | null
  /** Requests without a group must all be active: true where hosts are packed and there are enough of them. */
  readonly allAlone: boolean
  /**
   * No fewer servers of groups may be active than a greedy assignment places. Not for a handful of hosts: there it is
   * chance whether the first domains leave a rack to the last.
   */
  readonly noLessThanGreedy: boolean
}

/** Says what is wrong, one sentence each. */
export type Judge = (given: Case) => readonly string[]

export interface PlacedServer {
  readonly server: SeenServer
  readonly request: TraceRequest
  readonly host: TraceHost
}

export const requestsOf = ({ set }: Case): ReadonlyMap<string, TraceRequest> =>
  new Map(set.requests.map((request) => [request.name, request]))

/** Servers that were asked for and stand on hosts of the set. What is otherwise, other judges say. */
export function placed(given: Case): readonly PlacedServer[] {
  const requests = requestsOf(given)
  const hosts = new Map(given.set.hosts.map((host) => [host.name, host]))
  return running(given).flatMap((server) => {
    const request = requests.get(server.name)
    const host = hosts.get(server.host ?? '')
    return request === undefined || host === undefined ? [] : [{ server, request, host }]
  })
}

export function running({ evidence }: Case): readonly SeenServer[] {
  return evidence.servers.filter(({ state }) => state === 'active')
}

/** What stands in `some` more often than in `others`. */
export function surplus(some: readonly string[], others: readonly string[]): readonly string[] {
  const left = new Map<string, number>()
  for (const one of others) left.set(one, (left.get(one) ?? 0) + 1)
  return some.filter((one) => {
    const there = left.get(one) ?? 0
    left.set(one, there - 1)
    return there <= 0
  })
}

/** Key → sum. */
export function sums(lines: Iterable<readonly [key: string, amount: number]>): ReadonlyMap<string, number> {
  const totals = new Map<string, number>()
  for (const [key, amount] of lines) totals.set(key, (totals.get(key) ?? 0) + amount)
  return totals
}

/** Where two counts of the same differ, a zero being as good as nothing. */
export function differences(
  what: string,
  wanted: ReadonlyMap<string, number>,
  found: ReadonlyMap<string, number>,
): readonly string[] {
  return [...new Set([...wanted.keys(), ...found.keys()])].flatMap((key) => {
    const [want, have] = [wanted.get(key) ?? 0, found.get(key) ?? 0]
    return want === have ? [] : [`${what} ${key}: ${have} instead of ${want}`]
  })
}
