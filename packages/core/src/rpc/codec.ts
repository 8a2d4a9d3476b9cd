import { transportErrors } from '../domain/message/errors.ts'

/** Deeper nesting than any message of ours has; hostile nesting would cost the parser seconds. */
const MAX_DEPTH = 100
/** Marks may double the sender's count, and a transport puts its own frame around. */
const MAX_TEXT_DEPTH = 2 * MAX_DEPTH + 10
const BYTES = '$bytes'
/** Around an object that happens to look like one of our marks, so that whatever a tenant writes comes out as it was. */
const PLAIN = '$plain'

/**
 * The text of a message: JSON, with bytes as `{"$bytes": base64}`. Undefined members are left out, as JSON does. What
 * JSON would silently change (Map, Date, class instances, functions, bigint, NaN) is refused.
 * @throws `transport.malformed`
 */
export function encode(value: unknown): string {
  return JSON.stringify(portable(value, 0)) ?? 'null'
}

/**
 * Reads what {@link encode} wrote.
 * @throws `transport.malformed`
 */
export function decode(text: string): unknown {
  refuseDeepNesting(text)
  return revive(parse(text))
}

function unreadable(what: string): Error {
  return transportErrors.malformed({ what })
}

function portable(value: unknown, depth: number): unknown {
  switch (typeof value) {
    case 'string':
    case 'boolean':
    case 'undefined':
      return value
    case 'number':
      if (Number.isFinite(value)) return value
      throw unreadable('a number that is not finite cannot be sent')
    case 'object':
      return value === null ? null : portableObject(value, depth + 1)
    default:
      throw unreadable(`a ${typeof value} cannot be sent`)
  }
}

function portableObject(value: object, depth: number): unknown {
  if (depth > MAX_DEPTH) throw unreadable(`it is nested deeper than ${MAX_DEPTH}`)
  if (Array.isArray(value)) return portableArray(value, depth)
  if (value instanceof Uint8Array) return { [BYTES]: base64(value) }
  if (!isPlain(value)) throw unreadable(`a ${Object.prototype.toString.call(value).slice(8, -1)} cannot be sent`)
  const members = portableMembers(value as Readonly<Record<string, unknown>>, depth)
  return looksMarked(members) ? { [PLAIN]: members } : members
}

/** Copies only where something inside had to change: most messages hold no bytes. */
function portableArray(values: readonly unknown[], depth: number): readonly unknown[] {
  let copy: unknown[] | null = null
  for (let index = 0; index < values.length; index++) {
    const after = portable(values[index], depth)
    if (after !== values[index]) (copy ??= [...values])[index] = after
  }
  return copy ?? values
}

function portableMembers(value: Readonly<Record<string, unknown>>, depth: number): object {
  let copy: Map<string, unknown> | null = null
  for (const key of Object.keys(value)) {
    const after = portable(value[key], depth)
    if (after !== value[key]) (copy ??= new Map(Object.entries(value))).set(key, after)
  }
  // fromEntries defines members rather than assigning them: a key `__proto__` stays a key.
  return copy === null ? value : Object.fromEntries(copy)
}

/** Also true of plain objects from another realm, and of those without a prototype. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

/** Of what JSON keeps of it, one of our marks is all there is. */
function looksMarked(value: object): boolean {
  if (!Object.hasOwn(value, BYTES) && !Object.hasOwn(value, PLAIN)) return false
  return Object.values(value).filter((member) => member !== undefined).length === 1
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw unreadable('it is not JSON')
  }
}

/** Puts bytes back, in place. */
function revive(value: unknown): unknown {
  // 1e999 is JSON, and no number that could be passed on.
  if (typeof value === 'number' && !Number.isFinite(value)) throw unreadable('a number in it is too large')
  if (typeof value !== 'object' || value === null) return value
  if (!Array.isArray(value) && looksMarked(value)) return reviveMarked(value as Record<string, unknown>)
  return reviveMembers(value as Record<string, unknown>)
}

function reviveMarked(marked: Readonly<Record<string, unknown>>): unknown {
  const bytes = marked[BYTES]
  if (bytes !== undefined) return fromBase64(bytes)
  const plain = marked[PLAIN]
  if (typeof plain !== 'object' || plain === null) throw unreadable('a marked object holds none')
  return reviveMembers(plain as Record<string, unknown>)
}

function reviveMembers(members: Record<string, unknown>): unknown {
  for (const key of Object.keys(members)) {
    const before = members[key]
    const after = revive(before)
    if (after !== before) members[key] = after
  }
  return members
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
}

function fromBase64(text: unknown): Uint8Array {
  if (typeof text !== 'string' || text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text))
    throw unreadable('its bytes are not base64')
  // A copy: a small Buffer shares its memory with others.
  return Uint8Array.from(Buffer.from(text, 'base64'))
}

/** Counts brackets outside of strings, before the parser sees them. */
function refuseDeepNesting(text: string): void {
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at)
    if (char === 0x22) at = endOfString(text, at)
    else if (char === 0x7b || char === 0x5b) {
      if (++depth > MAX_TEXT_DEPTH) throw unreadable(`it is nested deeper than ${MAX_DEPTH}`)
    } else if (char === 0x7d || char === 0x5d) depth--
  }
}

/** Index of the quote that ends the string begun at `start`, or the end of the text. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let backslashes = 0
    while (text.charCodeAt(end - 1 - backslashes) === 0x5c) backslashes++
    if (backslashes % 2 === 0) return end
  }
  return text.length
}
