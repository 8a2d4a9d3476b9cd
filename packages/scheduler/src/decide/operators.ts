type Comparison = (value: string, operand: string, operands: readonly string[]) => boolean

/**
 * The operator language of extra specs: whether a value meets a requirement such as `>= 4`, `<in> avx2` or
 * `<or> a <or> b`. Without a known operator the two are compared as they stand.
 * Source: nova/scheduler/filters/extra_specs_ops.py. There a number that cannot be read is an exception, and so is
 * `<or>` without an operand; here neither is met.
 */
export function meets(value: string, requirement: string): boolean {
  const [operator, ...operands] = requirement.split(/\s+/).filter((word) => word !== '')
  if (operator === undefined) return value === requirement
  if (operator === '<or>') return operands.some((word, at) => at % 2 === 0 && word === value)
  const compare = comparisons.get(operator)
  if (compare === undefined) return value === requirement
  const first = operands[0]
  return first !== undefined && compare(value, first, operands)
}

const numeric =
  (compare: (value: number, operand: number) => boolean): Comparison =>
  (value, operand) =>
    compare(numberOf(value), numberOf(operand))

const comparisons: ReadonlyMap<string, Comparison> = new Map<string, Comparison>([
  ['=', numeric((value, operand) => value >= operand)],
  ['==', numeric((value, operand) => value === operand)],
  // By their distance, as NaN differs from everything: what is no number meets nothing.
  ['!=', numeric((value, operand) => Math.abs(value - operand) > 0)],
  ['>=', numeric((value, operand) => value >= operand)],
  ['<=', numeric((value, operand) => value <= operand)],
  ['s==', (value, operand) => value === operand],
  ['s!=', (value, operand) => value !== operand],
  ['s<', (value, operand) => value < operand],
  ['s<=', (value, operand) => value <= operand],
  ['s>', (value, operand) => value > operand],
  ['s>=', (value, operand) => value >= operand],
  ['<in>', (value, operand) => value.includes(operand)],
  ['<all-in>', (value, _, operands) => operands.every((operand) => value.includes(operand))],
])

/** A decimal number as Python's `float` reads one, else NaN: `Number` alone takes '' and '0x10' as well. */
export function numberOf(text: string): number {
  return /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(text) ? Number(text) : Number.NaN
}
