import { z } from 'zod'

export interface ZoneQuery {
  /** With their hosts; for administrators. */
  readonly detailed?: boolean
}

export const zoneQuery = z.strictObject({ detailed: z.boolean().default(false) })
