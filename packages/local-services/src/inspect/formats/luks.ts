import { fault, type Ends, type Found, type Probe } from '../inspection.ts'
import type { Reads } from '../reads.ts'

/** LUKS 1 and 2 (LUKS2 On-Disk Format Specification). The store keeps no keys, so nobody could read it. */
export const luks: Probe = { format: 'luks', probe }

// oxlint-disable-next-line require-yield -- its mark stands in the head
function* probe({ head }: Ends): Reads<Found | null> {
  if (head.toString('latin1', 0, 6) !== 'LUKS\xba\xbe') return null
  return { virtualSize: null, faults: [fault('encrypted', 'it is a LUKS container')] }
}
