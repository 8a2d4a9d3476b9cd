import type { Instant } from '@novakit/core/vocabulary'

const FIRST = Date.UTC(1980, 0, 1)
const LAST = Date.UTC(2107, 11, 31, 23, 59, 58)

/** A date and a time to two seconds, in UTC: FAT itself knows no time zone. Out of its years, the nearest it can tell. */
export interface FatDate {
  readonly day: number
  readonly time: number
  /** Hundredths of a second that the time leaves out, 0 to 199; kept for the creation alone. */
  readonly rest: number
}

export function fatDate(at: Instant): FatDate {
  const clamped = Math.min(Math.max(at, FIRST), LAST)
  const date = new Date(clamped)
  return {
    day: ((date.getUTCFullYear() - 1980) << 9) | ((date.getUTCMonth() + 1) << 5) | date.getUTCDate(),
    time: (date.getUTCHours() << 11) | (date.getUTCMinutes() << 5) | (date.getUTCSeconds() >> 1),
    rest: Math.floor((clamped % 2000) / 10),
  }
}
