import type { Buffer } from 'node:buffer'

const TABLE = 446
const ENTRY = 16
const PROTECTIVE = 0xee

/**
 * Whether the first sector can be read as a master boot record. A boot sector of a file system has the same mark, so the
 * four entries have to make sense (UEFI Specification 2.10, section 5.2).
 */
export function partitionTable(head: Buffer): 'mbr' | 'gpt' | null {
  if (!hasBootMark(head)) return null
  const entries = [0, 1, 2, 3].map((at) => head.subarray(TABLE + at * ENTRY, TABLE + (at + 1) * ENTRY))
  if (entries.some((entry) => entry[0] !== 0 && entry[0] !== 0x80)) return null
  if (entries.every((entry) => entry[4] === 0)) return null
  return entries.some((entry) => entry[4] === PROTECTIVE) ? 'gpt' : 'mbr'
}

/** A sector that firmware would start. */
export function hasBootMark(head: Buffer): boolean {
  return head.length >= 512 && head[510] === 0x55 && head[511] === 0xaa
}
