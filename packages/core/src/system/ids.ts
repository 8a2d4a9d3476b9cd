import { hash, randomUUID } from 'node:crypto'
import type { Ids } from '../ports/ids.ts'
import type { Random } from '../ports/random.ts'

export const systemIds: Ids = { uuid: () => randomUUID() }

/** The same ids for the same seed. */
export function seededIds(random: Random): Ids {
  return { uuid: () => formatUuid(random.bytes(16), 4) }
}

/** A UUID that follows from a name (RFC 9562, version 5): the same name, the same id, on every machine. */
export function namedUuid(...name: readonly string[]): string {
  const digest = hash('sha1', Buffer.concat([SPACE, Buffer.from(name.join('\0'))]), 'buffer')
  return formatUuid(digest.subarray(0, 16), 5)
}

const SPACE = Buffer.from('6f1d6b3e6d0f4c3f9d7a2c64a3a1f6f0', 'hex')

function formatUuid(raw: Uint8Array, version: number): string {
  const bytes = Buffer.from(raw)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | (version << 4)
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`
}
