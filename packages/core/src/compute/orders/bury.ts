import { z } from 'zod'
import type { Order } from '../order.ts'
import { endGuest } from './end-guest.ts'

/**
 * Makes sure that nothing of a server is left from up to an epoch, on whichever node: what a host is told that could
 * not be asked when the server was given up. By then the server may be here again, at a higher epoch: the old is dead
 * all the same, and the conductor is told so or would ask for ever.
 */
export const bury: Order<Record<string, never>> = {
  name: 'bury',
  about: 'guest',
  payload: z.object({}) as z.ZodType<Record<string, never>>,
  ends: true,
  late: true,
  run: async (deps, { server, epoch }) => {
    await endGuest(deps, { server, epoch, node: null }, [])
    return null
  },
}
