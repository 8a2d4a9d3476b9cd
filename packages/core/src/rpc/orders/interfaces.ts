import { z } from 'zod'
import type { Nic } from '../../domain/network/network.ts'

/** Gives a guest a NIC, or takes it away. */
export interface InterfacePayload {
  readonly nic: Nic
}

/** Checks the frame; the NIC is the network service's, passed on by the conductor. */
export const interfacePayload = z.object({
  nic: z.record(z.string(), z.unknown()),
}) as unknown as z.ZodType<InterfacePayload>
