import type { Case, Judge } from './case.ts'
import type { SeenFault, SeenServer } from './evidence.ts'
import type { Obstacle, Yard } from './yard.ts'
import type { TraceRequest } from '../set.ts'
import { placed, requestsOf } from './case.ts'
import { yardOf } from './yard.ts'

/**
 * Whoever found no place finds none in what is free at the end either, on any host, and for the reasons that were given.
 * Nothing is deleted while a set is replayed: what was full or taken then is so now.
 */
export const refusalsHold: Judge = (given) => {
  const requests = requestsOf(given)
  const yard = yardOf(given.set.hosts)
  for (const { host, request } of placed(given)) yard.put(host, request)
  const refused = given.evidence.servers.filter(({ state, fault }) => state === 'error' && fault !== null)
  return [
    ...refused.flatMap((server) => {
      const request = requests.get(server.name)
      return request === undefined ? [] : judge(server, server.fault as SeenFault, request, yard, given)
    }),
    ...(given.allAlone ? refusedAlone(given, requests) : []),
  ]
}

function judge(
  { name }: SeenServer,
  fault: SeenFault,
  request: TraceRequest,
  yard: Yard,
  { set }: Case,
): readonly string[] {
  const found = new Set<Obstacle>()
  for (const host of set.hosts) {
    const obstacles = yard.obstacles(host, request)
    if (obstacles.length === 0) return [`${name} was refused (${fault.code}) and fits on ${host.name}`]
    for (const obstacle of obstacles) found.add(obstacle)
  }
  if (fault.code !== 'server.no_valid_host') return [`${name} failed, and not for want of a place: ${fault.code}`]
  const said = reasonsOf(fault)
  if (said.size === 0) return [`${name} was refused without a reason`]
  const unfounded = [...said].filter((reason) => !found.has(reason as Obstacle))
  return unfounded.map((reason) => `${name} was refused for ${reason}, and no host is in its way for that`)
}

/** What the explanation blames, in the words of the check. A reason that it does not know stays as it is. */
export function reasonsOf({ stages }: SeenFault): ReadonlySet<string> {
  const codes = stages.flatMap(({ refused }) => Object.keys(refused).filter((code) => (refused[code] ?? 0) > 0))
  return new Set(codes.map((code) => (code.startsWith('server_group.') ? 'group' : isRoom(code) ? 'room' : code)))
}

const room = ['placement.capacity', 'placement.unit', 'placement.combination', 'placement.no_inventory']
const isRoom = (code: string): boolean => room.includes(code)

function refusedAlone({ evidence }: Case, requests: ReadonlyMap<string, TraceRequest>): readonly string[] {
  return evidence.servers
    .filter(({ name, state }) => state !== 'active' && requests.get(name)?.group === null)
    .map(({ name }) => `${name} is in no group, and is not active`)
}
