import { hash, randomBytes } from 'node:crypto'
import type { Ids } from '../ports/ids.ts'
import type { Random } from '../ports/random.ts'

/**
 * UUIDs in the order in which they are made (RFC 9562, version 7): the time in milliseconds, a count within it, chance.
 * What is made together stands together in a database's indexes, so that few pages are written.
 */
function orderedIds(): Ids {
  const chance = pooledBytes()
  let last = 0
  let count = 0
  return {
    uuid: () => {
      const now = Math.max(Date.now(), last)
      count = now === last ? count + 1 : 0
      // A full count borrows from the next millisecond.
      last = count > MOST_PER_MILLISECOND ? now + 1 : now
      if (last > now) count = 0
      const bytes = chance(16)
      bytes.writeUIntBE(last, 0, 6)
      bytes.writeUInt16BE(count, 6)
      return formatUuid(bytes, 7)
    },
  }
}

const MOST_PER_MILLISECOND = 0xfff
const POOL = 4096

/** Random bytes, asked of the system many at a time. Each is given out once. */
function pooledBytes(): (count: number) => Buffer {
  let pool = Buffer.alloc(0)
  return (count) => {
    if (pool.length < count) pool = randomBytes(POOL)
    const bytes = pool.subarray(0, count)
    pool = pool.subarray(count)
    return bytes
  }
}

export const systemIds: Ids = orderedIds()

/** The same ids for the same seed. */
export function seededIds(random: Random): Ids {
  return { uuid: () => formatUuid(random.bytes(16), 4) }
}

/** A UUID that follows from a name (RFC 9562, version 5): the same name, the same id, on every machine. */
export function namedUuid(...name: readonly string[]): string {
  const digest = hash('sha1', Buffer.concat([SPACE, Buffer.from(name.join('\0'))]), 'buffer')
  return formatUuid(digest.subarray(0, 16), 5)
}

/**
 * A UUID that follows from a name and stands beside another in the order of ids (RFC 9562, version 8): the first six
 * bytes of `beside`, and the rest of the name's hash.
 */
export function namedBeside(beside: string, ...name: readonly string[]): string {
  const digest = hash('sha1', Buffer.concat([SPACE, Buffer.from(name.join('\0'))]), 'buffer')
  const bytes = Buffer.from(digest.subarray(0, 16))
  bytes.write(beside.replaceAll('-', '').slice(0, 12), 'hex')
  return formatUuid(bytes, 8)
}

const SPACE = Buffer.from('6f1d6b3e6d0f4c3f9d7a2c64a3a1f6f0', 'hex')

function formatUuid(raw: Uint8Array, version: number): string {
  const bytes = Buffer.from(raw)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | (version << 4)
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`
}
