import type { Fleet } from './fleet.ts'

/**
 * Keeps something up to date that is derived from the hosts one by one.
 * @param anew makes all of it, for slots 0 to `fleet.size`, in a new era or after too many changes
 * @param again makes it for one slot that changed
 * @returns what to call before each use
 */
export function follow(fleet: Fleet, anew: () => void, again: (slot: number, usageOnly: boolean) => void): () => void {
  let era = -1
  let place = 0
  return () => {
    const { log } = fleet
    if (era !== fleet.era || !log.reaches(place)) anew()
    else log.since(place, again)
    era = fleet.era
    place = log.end
  }
}
