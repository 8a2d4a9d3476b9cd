import type { Judge } from './case.ts'
import { running, surplus } from './case.ts'

/** On the hypervisors run the servers that are active, each on its host, and no others. */
export const guestsStand: Judge = (given) => {
  if (given.guests === null) return []
  const wanted = running(given).map(({ id, host }) => `${id} on ${host}`)
  const there = given.guests.map(({ server, host }) => `${server} on ${host}`)
  return [
    ...surplus(wanted, there).map((line) => `no guest ${line}`),
    ...surplus(there, wanted).map((line) => `a guest more: ${line}`),
    ...given.guests
      .filter(({ running: runs }) => !runs)
      .map(({ server, host }) => `the guest ${server} on ${host} does not run`),
  ]
}
