import { z } from 'zod'
import type { Order } from '../order.ts'
import { mustBeGone } from './destroy.ts'

/**
 * Makes sure that nothing of a server is left from up to an epoch, on whichever node: what a host is told that could
 * not be asked when the server was given up.
 */
export const bury: Order<Record<string, never>> = {
  name: 'bury',
  payload: z.object({}) as z.ZodType<Record<string, never>>,
  ends: true,
  run: async (deps, { server, epoch }) => {
    const { hypervisor, networks } = deps
    for (const { node } of await hypervisor.inventory()) await hypervisor.destroy({ server, node, epoch }, {})
    await mustBeGone(deps, server, epoch)
    await networks.unplug(server, [])
    return null
  },
}
