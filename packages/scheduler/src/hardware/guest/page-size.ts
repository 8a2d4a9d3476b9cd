import { flavorSays, quoted, refuse, saidOf, agreedFlag, type Guest } from './spec.ts'

/** Of a guest's memory: a size in KiB, or which of the sizes that the host has. */
export type PageSize = number | 'small' | 'large' | 'any'

/**
 * `hw:mem_page_size`. An image may choose a size only where the flavor leaves one open (`large`, `any`).
 * Source: nova/virt/hardware.py, `_get_numa_pagesize_constraint`.
 * @throws `scheduler.invalid_request`
 */
export function pageSizeOf(guest: Guest): PageSize | null {
  const { flavor, image } = saidOf(guest, 'mem_page_size')
  if (!flavor && image) return refuse('the image asks for a page size, which its flavor does not allow')
  if (!flavor) return null
  const size = sizeOf(flavor)
  if (!image) return size
  if (size !== 'any' && size !== 'large')
    return refuse(`the image asks for pages of ${quoted(image)} where the flavor says ${quoted(flavor)}`)
  return sizeOf(image)
}

/** @throws `scheduler.invalid_request` where memory is to be locked that has no page size */
export function checkLockedMemory(guest: Guest): void {
  const pages = saidOf(guest, 'mem_page_size')
  if (agreedFlag(guest, 'locked_memory') === true && !pages.flavor && !pages.image)
    refuse('memory can be locked only with hw:mem_page_size')
}

/** Labels of persistent memory. Source: nova/virt/hardware.py, `get_vpmems`. */
export function persistentMemoriesOf(guest: Guest): readonly string[] {
  const said = flavorSays(guest, 'hw:pmem') ?? ''
  return said
    .split(',')
    .map((label) => label.trim())
    .filter((label) => label !== '')
}

function sizeOf(text: string): PageSize {
  if (text === 'any' || text === 'large' || text === 'small') return text
  if (/^\d{1,12}$/.test(text)) return positive(text, Number(text))
  const [, digits, prefix = '', unit] = /^(\d{1,12}(?:\.\d{1,6})?)\s*(?:([KMGT])i?)?(B|b|bit)$/.exec(text) ?? []
  if (digits === undefined) return refuse(`${quoted(text)} is no page size: small, large, any, 2048 (KiB), 2MB, 1GB`)
  // With or without an i the prefixes are powers of 1024, as in oslo.utils; a small b counts bits.
  const bytes = (Number(digits) * 1024 ** ' KMGT'.indexOf(prefix || ' ')) / (unit === 'B' ? 1 : 8)
  return positive(text, bytes / 1024)
}

function positive(text: string, size: number): number {
  return Number.isInteger(size) && size > 0 ? size : refuse(`${quoted(text)} is no page size in whole KiB`)
}
