import { z } from 'zod'
import type { PluggedVolume, VolumeConnection } from '../../domain/volume/volume.ts'

/** Gives a guest a volume. */
export interface AttachVolumePayload {
  readonly volume: PluggedVolume
}

/** Takes it away from the guest, and from the host. */
export interface DetachVolumePayload {
  readonly connection: VolumeConnection
}

const connection = z.object({
  attachment: z.string(),
  volume: z.string(),
  server: z.string(),
  type: z.string(),
  data: z.record(z.string(), z.unknown()),
})

export const pluggedVolume = z.object({
  connection,
  deviceName: z.string().nullable(),
  tag: z.string().nullable(),
}) as unknown as z.ZodType<PluggedVolume>

export const attachVolumePayload: z.ZodType<AttachVolumePayload> = z.object({ volume: pluggedVolume })

export const detachVolumePayload = z.object({ connection }) as unknown as z.ZodType<DetachVolumePayload>
