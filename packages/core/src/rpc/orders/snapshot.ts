import { z } from 'zod'
import type { DiskFormat } from '../../domain/image/image.ts'
import type { ImageId } from '../../domain/ids.ts'
import { diskFormats } from '../../domain/image/image.ts'

/** Writes the guest's root disk to a file of its host, which is found again by the key. */
export interface CapturePayload {
  readonly key: string
  readonly format: DiskFormat
}

export const capturePayload: z.ZodType<CapturePayload> = z.object({ key: z.string(), format: z.enum(diskFormats) })

/** Sends that file into an image, and removes it. */
export interface UploadPayload extends CapturePayload {
  readonly image: ImageId
}

export const uploadPayload = z.object({
  key: z.string(),
  format: z.enum(diskFormats),
  image: z.string(),
}) as unknown as z.ZodType<UploadPayload>

/** Removes that file. Absent is fine. */
export interface DiscardPayload {
  readonly key: string
}

export const discardPayload: z.ZodType<DiscardPayload> = z.object({ key: z.string() })
