import { Buffer } from 'node:buffer'
import type { Instant } from '@novakit/core/vocabulary'

/** The years that a recording date can tell; others are told as the nearest. */
const FIRST = Date.UTC(1900, 0, 1)
const LAST = Date.UTC(2155, 11, 31, 23, 59, 59)

function clamped(at: Instant): Date {
  return new Date(Math.min(Math.max(at, FIRST), LAST))
}

/** Seven bytes, in UTC (ECMA-119, 9.1.5). */
export function recordingDate(at: Instant): Uint8Array {
  const date = clamped(at)
  return Uint8Array.of(
    date.getUTCFullYear() - 1900,
    date.getUTCMonth() + 1,
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds(),
    0,
  )
}

/** Sixteen digits and an offset of zero (ECMA-119, 8.4.26.1). */
export function volumeDate(at: Instant): Uint8Array {
  // 2026-01-31T12:34:56.789Z
  const text = clamped(at).toISOString()
  const [day, time] = [text.slice(0, 4) + text.slice(5, 7) + text.slice(8, 10), text.slice(11, 13) + text.slice(14, 16)]
  return Buffer.from(`${day}${time}${text.slice(17, 19)}${text.slice(20, 22)}\0`, 'latin1')
}

/** The same for a date that is not specified. */
export const NEVER: Uint8Array = Buffer.from(`${'0'.repeat(16)}\0`, 'latin1')
