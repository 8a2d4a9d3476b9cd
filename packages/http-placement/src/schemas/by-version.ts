import { validatorOf, type JsonSchema, type Validate } from '../validate/validator.ts'

/** What holds from a minor version on. */
export type ByVersion = (minor: number) => Validate

/** @param steps minor version → schema, the oldest first */
export function byVersion(steps: readonly (readonly [since: number, schema: JsonSchema])[]): ByVersion {
  const validators = steps.map(([since, schema]) => ({ since, validate: validatorOf(schema) }))
  return (minor) => {
    const found = validators.findLast(({ since }) => minor >= since)
    if (found === undefined) throw new RangeError(`Nothing is said about version 1.${minor}.`)
    return found.validate
  }
}

export function always(schema: JsonSchema): ByVersion {
  return byVersion([[0, schema]])
}
