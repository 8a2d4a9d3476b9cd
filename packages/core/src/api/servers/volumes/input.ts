import { z } from 'zod'
import { reference } from '../../fields.ts'
import { tag } from '../input.ts'

export const newVolumeAttachment = z.strictObject({
  volume: reference,
  /** A wish: a hypervisor may call it otherwise. */
  device: z
    .string()
    .regex(/^\/dev\/[a-z]{3,5}$/, 'must be a device name like /dev/vdb')
    .optional(),
  tag: tag.optional(),
  deleteOnTermination: z.boolean().default(false),
})
export type NewVolumeAttachment = z.input<typeof newVolumeAttachment>
export type ParsedVolumeAttachment = z.output<typeof newVolumeAttachment>

export const volumeAttachmentChange = z.strictObject({ deleteOnTermination: z.boolean() })
export type VolumeAttachmentChange = z.input<typeof volumeAttachmentChange>

export const volumeReference = reference
