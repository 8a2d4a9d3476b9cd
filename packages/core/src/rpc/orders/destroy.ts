import { z } from 'zod'
import type { Nic } from '../../domain/network/network.ts'

/** Stops a guest and removes it and all that was made for it on this host. Absent is fine. */
export interface DestroyPayload {
  readonly nics: readonly Nic[]
}

export const destroyPayload = z.object({
  nics: z.array(z.record(z.string(), z.unknown())),
}) as unknown as z.ZodType<DestroyPayload>
