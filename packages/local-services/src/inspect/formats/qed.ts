import { fault, type Ends, type Found, type Probe } from '../inspection.ts'
import type { Reads } from '../reads.ts'

/** QEMU, docs/interop/qed_spec.txt. Nobody makes such images any more, and they name backing files. */
export const qed: Probe = { format: 'qed', probe }

// oxlint-disable-next-line require-yield -- its mark stands in the head
function* probe({ head }: Ends): Reads<Found | null> {
  if (head.toString('latin1', 0, 4) !== 'QED\0') return null
  return { virtualSize: null, faults: [fault('banned_format', 'QED images are not taken')] }
}
