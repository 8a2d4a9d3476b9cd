import { badRequest } from './fault.ts'

/** Levels of a body: no schema knows more than ten, and to read a hundred thousand takes its time. */
const DEEPEST = 1000
/** Members of one object or list: more than any body that is right can have within the size of a body. */
const WIDEST = 20_000

const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c]
const [LIST, LIST_END, OBJECT, OBJECT_END] = [0x5b, 0x5d, 0x7b, 0x7d]

/** A look at each byte: what stands in strings opens and divides nothing. Null: it can be read in one go. */
export function excessOf(bytes: Uint8Array): string | null {
  const members = new Uint32Array(DEEPEST + 1)
  let depth = 0
  let isText = false
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] as number
    if (isText) {
      if (byte === BACKSLASH) at++
      else isText = byte !== QUOTE
    } else if (byte === QUOTE) isText = true
    else if (byte === COMMA) {
      const count = (members[depth] as number) + 1
      if (count > WIDEST) return `one value has more than ${WIDEST} members`
      members[depth] = count
    } else if (byte === LIST || byte === OBJECT) {
      if (++depth > DEEPEST) return `it is nested more than ${DEEPEST} deep`
      members[depth] = 1
    } else if ((byte === LIST_END || byte === OBJECT_END) && depth > 0) depth--
  }
  return null
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** How JSON spells what no database of ours keeps: the NUL character, and maybe half of a surrogate pair. */
const SUSPECT = /\\u(?:0000|d[89a-f])/i

/** @throws Fault 400: it is no JSON in UTF-8, or has texts that cannot be stored as they are */
export function parsed(bytes: Uint8Array): unknown {
  try {
    const text = utf8.decode(bytes)
    const data = JSON.parse(text) as unknown
    if (!SUSPECT.test(text) || canBeStored(data)) return data
  } catch (error) {
    throw badRequest(`Malformed JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
  throw badRequest('Malformed JSON: a text has the character NUL, or half of a surrogate pair')
}

/** With a list of its own for what is still to be looked at: a value may be nested deeper than calls can be. */
function canBeStored(data: unknown): boolean {
  const waiting = [data]
  while (waiting.length > 0) {
    const value = waiting.pop()
    if (typeof value === 'string' && (value.includes('\0') || !value.isWellFormed())) return false
    if (typeof value !== 'object' || value === null) continue
    for (const [key, inner] of Object.entries(value)) waiting.push(key, inner)
  }
  return true
}
