import type { SQLInputValue } from 'node:sqlite'

/**
 * What node:sqlite stores for a value. It is asked for every parameter, because node:sqlite itself stores NULL for a
 * Date in first place, taking it for named parameters, and makes `5` of a text column `5.0`.
 * @throws TypeError for what no column can hold: undefined, NaN, dates, plain objects
 */
export function bindable(value: unknown): SQLInputValue {
  switch (typeof value) {
    case 'string':
    case 'bigint':
      return value
    case 'number':
      return bindableNumber(value)
    case 'boolean':
      return value ? 1n : 0n
    default:
      if (value === null || ArrayBuffer.isView(value)) return value as SQLInputValue
      throw new TypeError(`A database column cannot hold ${describe(value)}. Store text, a number, bytes or null.`)
  }
}

/** Whole numbers go as integers: as doubles they would compare and divide differently than in other databases. */
function bindableNumber(value: number): SQLInputValue {
  if (Number.isSafeInteger(value)) return BigInt(value)
  if (Number.isFinite(value)) return value
  throw new TypeError(`A database column cannot hold ${value}.`)
}

function describe(value: unknown): string {
  if (value === undefined) return 'undefined'
  if (value instanceof Date) return 'a Date'
  return Array.isArray(value) ? 'an array' : `a value of type ${typeof value}`
}
