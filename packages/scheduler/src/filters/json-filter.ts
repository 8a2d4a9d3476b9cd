import { no, yes, type HostState } from '@novakit/core'
import type { Filter } from '../decide/filter.ts'
import { hostAttribute } from '../decide/host-attributes.ts'

const DEPTH_MAX = 32

const unmet = no({ code: 'hint.query', message: 'The host does not meet the hint query.' })
const unreadable = no({ code: 'hint.invalid', message: 'The hint query is not an expression.' }, 'never')

/**
 * Hosts for which the hint `query` holds: a JSON list of an operator and its arguments, such as
 * `["and", [">=", "$free_ram_mb", 1024], ["=", "$hypervisor_type", "QEMU"]]`. An argument that begins with `$` names an
 * attribute of the host; one that the host has not is left out.
 * Source: nova/scheduler/filters/json_filter.py. What there is an exception (no JSON, an unknown operator) refuses here;
 * `not` inside of `and` and `or`, which there holds always, holds here if what it denies does not.
 */
export const jsonFilter: Filter = {
  name: 'JsonFilter',
  readsHostOnly: true,
  reads: ({ hints }) => hints.query,
  applies: ({ hints }) => hints.query !== undefined && hints.query !== '',
  check: (host, { hints }, view) => {
    const query = view.once(jsonFilter, () => parsed(hints.query ?? ''))
    if (!isExpression(query, DEPTH_MAX)) return unreadable
    return holds(evaluate(query, host)) ? yes : unmet
  },
}

type Expression = readonly [] | readonly [operator: string, ...args: readonly unknown[]]
type Operator = (args: readonly unknown[]) => unknown

/** The first against each of the others; alone it meets nothing. */
const compared =
  (test: (first: unknown, other: unknown) => boolean): Operator =>
  ([first, ...others]) =>
    others.length > 0 && others.every((other) => test(first, other))

const ordered = (test: (order: number) => boolean): Operator => compared((a, b) => test(orderOf(a, b)))

const operators: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['=', compared((a, b) => a === b)],
  ['<', ordered((order) => order < 0)],
  ['>', ordered((order) => order > 0)],
  ['<=', ordered((order) => order <= 0)],
  ['>=', ordered((order) => order >= 0)],
  ['in', ([first, ...others]) => others.includes(first)],
  ['not', (args) => args.map((arg) => !holds(arg))],
  ['or', (args) => args.some(holds)],
  ['and', (args) => args.every(holds)],
])

function evaluate(expression: Expression, host: HostState): unknown {
  const [operator, ...args] = expression
  if (operator === undefined) return true
  const values = args.map((arg) => valueOf(arg, host)).filter((value) => value !== undefined && value !== null)
  return operators.get(operator)?.(values)
}

function valueOf(arg: unknown, host: HostState): unknown {
  if (Array.isArray(arg)) return evaluate(arg as unknown as Expression, host)
  if (typeof arg === 'string') return arg.startsWith('$') ? hostAttribute(host, arg.slice(1).split('.')) : arg || null
  return arg
}

/** `not` answers with a list: any of it that holds will do. */
function holds(value: unknown): boolean {
  return Array.isArray(value) ? value.some(Boolean) : Boolean(value)
}

/** NaN, which is neither above nor below, unless both are numbers or both are texts. */
function orderOf(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0
  return Number.NaN
}

function isExpression(value: unknown, depth: number): value is Expression {
  if (!Array.isArray(value) || depth === 0) return false
  if (value.length === 0) return true
  const [operator, ...args] = value as readonly unknown[]
  if (typeof operator !== 'string' || !operators.has(operator)) return false
  return args.every((arg) => !Array.isArray(arg) || isExpression(arg, depth - 1))
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
