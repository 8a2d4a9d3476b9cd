import { SECTION, type Fleet } from './fleet.ts'
import type { Fronts } from './fronts.ts'

/** By section, the greatest sum that a host there may have under some factors. While the factors stand still, so do these. */
export interface Bounds {
  readonly of: Float64Array
  /** All of the fronts are to be made anew. */
  anew(): void
  /** A host changed. */
  changed(slot: number): void
  /** Up to date, under these factors. */
  take(factors: Float64Array): void
  /** Of a section whose front was looked at again. */
  renew(section: number): void
  /** Up to date after further changes. */
  sync(): void
}

export function openBounds(fleet: Fleet, fronts: Fronts): Bounds {
  let factors = new Float64Array(0)
  let isFresh = false
  /** Sections that changed since; more than there are: too many to tell. */
  const touched: number[] = []
  const renew = (section: number): void => {
    bounds.of[section] = fronts.bound(section, factors)
  }
  const bounds = {
    of: new Float64Array(0),
    anew: () => {
      if (bounds.of.length !== fleet.capacity / SECTION) bounds.of = new Float64Array(fleet.capacity / SECTION)
      isFresh = false
    },
    changed: (slot: number) => {
      if (touched.length <= bounds.of.length) touched.push(Math.trunc(slot / SECTION))
    },
    take: (next: Float64Array) => {
      const isSame = isFresh && touched.length <= bounds.of.length && areEqual(factors, next)
      factors = isSame ? factors : next.slice()
      if (!isSame) {
        for (let at = 0; at < bounds.of.length; at++) renew(at)
        touched.length = 0
      }
      isFresh = true
    },
    renew,
    sync: () => {
      if (touched.length > bounds.of.length) for (let at = 0; at < bounds.of.length; at++) renew(at)
      else for (let at = 0; at < touched.length; at++) renew(touched[at] as number)
      touched.length = 0
    },
  }
  return bounds
}

function areEqual(some: Float64Array, others: Float64Array): boolean {
  for (let at = 0; at < some.length; at++) if (some[at] !== others[at]) return false
  return some.length === others.length
}
