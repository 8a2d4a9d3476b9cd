/** What a client is given to bind. */
export type Bound = string | number | bigint | null | Uint8Array

/**
 * What is sent for a parameter of a query. Clients would make something of everything: text of a Date, JSON or even SQL
 * of an object, NULL of undefined. So they are given only what every database holds alike.
 * @throws TypeError for what no column can hold
 */
export function bound(value: unknown): Bound {
  switch (typeof value) {
    case 'string':
    case 'bigint':
      return value
    case 'number':
      if (Number.isFinite(value)) return value
      break
    case 'boolean':
      return value ? 1 : 0
    default:
      if (value === null || value instanceof Uint8Array) return value
  }
  throw new TypeError(`A database column cannot hold ${described(value)}. Store text, a number, bytes or null.`)
}

function described(value: unknown): string {
  if (value === undefined || typeof value === 'number') return String(value)
  if (value instanceof Date) return 'a Date'
  return Array.isArray(value) ? 'an array' : `a value of type ${typeof value}`
}
