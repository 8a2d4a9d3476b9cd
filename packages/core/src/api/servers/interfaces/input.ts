import { z } from 'zod'
import { reference } from '../../fields.ts'
import { tag } from '../input.ts'

export const newInterface = z
  .strictObject({
    network: reference.optional(),
    port: reference.optional(),
    fixedIp: reference.optional(),
    tag: tag.optional(),
  })
  .refine(({ network, port }) => network === undefined || port === undefined, 'names a network and a port')
  .refine(({ network, fixedIp }) => fixedIp === undefined || network !== undefined, 'wants an address in no network')
export type NewInterface = z.input<typeof newInterface>
export type ParsedInterface = z.output<typeof newInterface>
