import { truncated, type Ends, type Found, type Probe } from '../inspection.ts'
import type { Reads } from '../reads.ts'

/** ECMA-119, section 8: volume descriptors from sector 16 on. Its virtual size is that of the file. */
export const iso: Probe = { format: 'iso', probe }

const FIRST_DESCRIPTOR = 16 * 2048

// oxlint-disable-next-line require-yield -- its mark stands in the head
function* probe({ head, size }: Ends): Reads<Found | null> {
  if (head.toString('latin1', FIRST_DESCRIPTOR + 1, FIRST_DESCRIPTOR + 6) !== 'CD001') return null
  if (head.length < FIRST_DESCRIPTOR + 2048) return truncated('its first volume descriptor')
  return { virtualSize: size, faults: [] }
}
