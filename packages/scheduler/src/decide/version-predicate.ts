/** Nova keeps versions as one number, three digits a part: 6002001 is 6.2.1 (oslo.utils, `convert_version_to_str`). */
export function versionParts(version: number): readonly number[] {
  const parts: number[] = []
  for (let rest = Math.trunc(version); rest > 0; rest = Math.floor(rest / 1000)) parts.unshift(rest % 1000)
  return parts
}

/**
 * Whether a version meets every part of a predicate such as `>=1.2, <2.0`. A predicate that cannot be read is met by
 * none. Source: oslo.utils, `VersionPredicate`.
 */
export function versionMeets(version: readonly number[], predicate: string): boolean {
  return predicate.split(',').every((part) => {
    const [, operator, operand] = /^\s*(<=|>=|<|>|!=|==)\s*(\d+(?:\.\d+)*)\s*$/.exec(part) ?? []
    if (operator === undefined || operand === undefined) return false
    const order = compare(version, operand.split('.').map(Number))
    return accepted[operator]?.includes(order) === true
  })
}

const accepted: Readonly<Record<string, readonly number[]>> = {
  '<': [-1],
  '<=': [-1, 0],
  '==': [0],
  '!=': [-1, 1],
  '>=': [0, 1],
  '>': [1],
}

/** Part by part; parts that are not there count as 0. */
function compare(a: readonly number[], b: readonly number[]): number {
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const order = Math.sign((a[at] ?? 0) - (b[at] ?? 0))
    if (order !== 0) return order
  }
  return 0
}
