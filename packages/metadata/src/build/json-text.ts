import type { Json } from '@novakit/core/vocabulary'

/**
 * JSON as Python's `json.dumps` writes it, and so as Nova's guests have always read it: a blank after `,` and `:`,
 * nothing but ASCII. A guest's tools may think of its text in whatever encoding they like.
 */
export function jsonText(value: Json): string {
  if (typeof value === 'string') return quoted(value)
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map((each: Json) => jsonText(each)).join(', ')}]`
  const members = Object.entries(value).flatMap(([key, each]) =>
    each === undefined ? [] : [`${quoted(key)}: ${jsonText(each)}`],
  )
  return `{${members.join(', ')}}`
}

export function jsonBytes(value: Json): Uint8Array {
  return Buffer.from(jsonText(value), 'latin1')
}

/** Code units rather than characters: half a surrogate pair is kept as it is. */
function quoted(text: string): string {
  return JSON.stringify(text).replaceAll(/[\u007f-\uffff]/g, escaped)
}

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}

/** What JSON keeps of a value: dates become text, functions go. @throws what a `toJSON` of the value throws */
export function asJson(value: unknown): Json {
  return JSON.parse(JSON.stringify(value) ?? 'null') as Json
}
