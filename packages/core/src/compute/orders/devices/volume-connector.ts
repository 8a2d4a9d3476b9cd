import { z } from 'zod'
import type { Json } from '../../../domain/json.ts'
import type { GuestOrder } from '../../order.ts'

/** What this host tells the volume service about itself. */
export const volumeConnector: GuestOrder<Record<string, never>> = {
  name: 'volume-connector',
  about: 'guest',
  plugs: true,
  payload: z.object({}) as z.ZodType<Record<string, never>>,
  run: async ({ volumes }) => ({ connector: await volumes.connector() }) as unknown as Json,
}
