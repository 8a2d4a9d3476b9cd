import { fault, type Ends, type Found, type Probe } from '../inspection.ts'
import type { Reads } from '../reads.ts'

/** Parallels and OpenVZ (QEMU, docs/interop/parallels.txt). No hypervisor here starts it. */
export const ploop: Probe = { format: 'ploop', probe }

// oxlint-disable-next-line require-yield -- its mark stands in the head
function* probe({ head }: Ends): Reads<Found | null> {
  const mark = head.toString('latin1', 0, 16)
  if (mark !== 'WithoutFreeSpace' && mark !== 'WithouFreSpacExt') return null
  return { virtualSize: null, faults: [fault('banned_format', 'ploop images are not taken')] }
}
