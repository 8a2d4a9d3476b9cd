import { plainOrder } from './act-order.ts'
import { facet } from './facet.ts'
import { refOf } from '../ref-of.ts'

/** Sends the guest a non-maskable interrupt, on which its system dumps its memory. */
export const crashDump = plainOrder('crash-dump', async ({ hypervisor }, command) => {
  await facet(hypervisor, 'crashDump', 'trigger a crash dump').trigger(refOf(command))
  return null
})
