import type { DiskFormat } from '@novakit/core'
import { fault, type Fault, type Inspection } from './inspection.ts'

export interface ImageLimits {
  /** Formats that images may have. */
  readonly formats: readonly DiskFormat[]
  /** Of the disk that a guest would see, in bytes. */
  readonly virtualSize: number
}

/** Without content of its own: whoever starts it says what it is. */
const UNMARKED: readonly DiskFormat[] = ['raw', 'ami', 'aki', 'ari']

/**
 * Why a file must not be used as an image of the format that it is said to have, or null if it may be. What is said is
 * never corrected by what is found: a guest may have written it.
 */
export function judge(inspection: Inspection, declared: DiskFormat, limits: ImageLimits): Fault | null {
  if (!limits.formats.includes(declared)) return fault('banned_format', `${declared} images are not taken here`)
  const polyglot = inspection.faults.find(({ code }) => code === 'polyglot')
  if (polyglot !== undefined) return polyglot
  const [content = 'raw'] = inspection.formats
  if (content === 'raw' ? !UNMARKED.includes(declared) : declared !== content) {
    const [worst] = inspection.faults
    return worst ?? fault('format_differs', `it is said to be ${declared} and holds ${content}`)
  }
  const [first] = inspection.faults
  if (first !== undefined) return first
  const { virtualSize } = inspection
  if (virtualSize === null) return fault('malformed', 'it does not say how large its disk is')
  if (virtualSize > limits.virtualSize) {
    return fault('virtual_size', `its disk has ${virtualSize} bytes, and ${limits.virtualSize} is the most`)
  }
  return null
}
