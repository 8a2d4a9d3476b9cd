import { createHash } from 'node:crypto'
import type { FirstBootInput } from '@novakit/core/vocabulary'

export interface Ec2Ids {
  readonly instance: string
  readonly image: string
  readonly kernel: string | null
  readonly ramdisk: string | null
}

/**
 * Nova counts servers and images for EC2's sake; here the ids follow from the UUIDs, in the longer form that EC2 has
 * given out since 2018: a prefix and 17 hexadecimal digits.
 */
export function ec2Ids({ server, image, ec2 = {} }: FirstBootInput): Ec2Ids {
  const { kernel_id: kernel, ramdisk_id: ramdisk } = image?.properties ?? {}
  return {
    instance: ec2.instance ?? shortened('i', server),
    image: ec2.image ?? (image === null ? 'ami-00000000' : shortened('ami', image.id)),
    kernel: ec2.kernel ?? (kernel === undefined ? null : shortened('aki', kernel)),
    ramdisk: ec2.ramdisk ?? (ramdisk === undefined ? null : shortened('ari', ramdisk)),
  }
}

/** What is no UUID has the digits of its hash. */
function shortened(prefix: string, id: string): string {
  const isUuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)
  const digits = isUuid ? id.replaceAll('-', '').toLowerCase() : createHash('sha256').update(id).digest('hex')
  return `${prefix}-${digits.slice(0, 17)}`
}
