import { z } from 'zod'
import type { Json } from '../../domain/json.ts'
import type { SpawnOrderPayload } from './spawn.ts'
import { spawnPayload } from './spawn.ts'

/** Does something to a guest. The agent knows all of it, so that what has come apart can be put together again. */
export interface GuestActionPayload<Options extends Json = Json> {
  readonly guest: SpawnOrderPayload
  readonly options: Options
}

/** @param options what this action takes besides */
export function guestActionPayload<Options extends Json>(
  options: z.ZodType<Options>,
): z.ZodType<GuestActionPayload<Options>> {
  return z.object({ guest: spawnPayload, options }) as unknown as z.ZodType<GuestActionPayload<Options>>
}
