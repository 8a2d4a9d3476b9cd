import type { Judge } from './case.ts'
import { placed, running } from './case.ts'
import { yardOf } from './yard.ts'

/** No host holds more than it has, and no group's rule is broken, by the set's own hosts, racks and groups. */
export const rulesKept: Judge = (given) => {
  const yard = yardOf(given.set.hosts)
  const known = new Set(given.set.hosts.map(({ name }) => name))
  for (const { host, request } of placed(given)) yard.put(host, request)
  return [
    ...running(given).flatMap(({ name, host }) =>
      host === null || known.has(host) ? [] : [`${name} is on ${host}, which is no host of the set`],
    ),
    ...yard.overfull().map((host) => `${host} holds more than it has`),
    ...yard.broken().map((what) => `the rule of ${what} is broken`),
  ]
}
