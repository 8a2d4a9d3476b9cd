import { bytes, millis, type DiskFormat } from '@novakit/core'
import type { ProgramCall } from '../run/run-program.ts'

/** QEMU's own names (qemu-img(1)). The rest it reads as raw. */
const DRIVERS: Readonly<Partial<Record<DiskFormat, string>>> = {
  qcow2: 'qcow2',
  vmdk: 'vmdk',
  vdi: 'vdi',
  vhd: 'vpc',
  vhdx: 'vhdx',
}

export interface Conversion {
  readonly from: string
  readonly format: DiskFormat
  readonly to: string
  readonly into: 'raw' | 'qcow2'
  /** Of the disk, in bytes: so much may be written, and takes so long. */
  readonly virtualSize: number
}

const GIB = 2 ** 30

/**
 * How qemu-img is called: both formats are said, so it guesses nothing from what a guest may have written, and it keeps
 * within limits whatever the image makes of it.
 */
export function conversion({ from, format, to, into, virtualSize }: Conversion): Omit<ProgramCall, 'signal'> {
  const gibs = Math.ceil(virtualSize / GIB)
  return {
    program: 'qemu-img',
    args: ['convert', '-f', DRIVERS[format] ?? 'raw', '-O', into, '--', from, to],
    limits: {
      memory: bytes(GIB),
      cpuSeconds: 30 + 10 * gibs,
      // A qcow2 image has tables besides.
      fileSize: bytes(virtualSize + Math.ceil(virtualSize / 64) + 16 * 2 ** 20),
      within: millis(60_000 + 60_000 * gibs),
    },
  }
}
