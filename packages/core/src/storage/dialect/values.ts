/** What a database answers for a count, a sum or a whole number: text and bigints too, depending on the client. */
export type DatabaseNumber = number | bigint | string

/** @throws RangeError beyond 2^53 - 1, and for what is no whole number */
export function wholeNumber(value: DatabaseNumber): number {
  const number = Number(value)
  if (Number.isSafeInteger(number)) return number
  throw new RangeError(`The database answered ${value} where a whole number was expected.`)
}
