import type { Compilable, CompiledQuery, Kysely } from 'kysely'
import type { Dialect, OpenStore, PreparedQuery, Ran, Tx } from '../ports/storage.ts'

/** Runs with these values. */
export type Statement<Values, Row> = (tx: Tx<'global' | 'cell'>, values: Values) => Promise<Ran<Row>>

/**
 * A query for hot paths. To build and compile one takes longer than to run it, so that is done once for each store:
 * `build` gets stand-ins in place of the values, and may only put them into the query. What is computed of a value is a
 * value of its own.
 *
 *     const rename = statement((db: Kysely<Tables>, v: { id: string; name: string }) =>
 *       db.updateTable('flavor').set({ name: v.name }).where('id', '=', v.id))
 *     const { changed } = await rename(tx, { id, name })
 */
export function statement<Tables, Values extends object, Row>(
  build: (db: Kysely<Tables>, values: Values, dialect: Dialect) => Compilable<Row> | CompiledQuery<Row>,
): Statement<Values, Row> {
  const query: PreparedQuery = { build }
  return (tx, values) => tx.run(query, values as Readonly<Record<string, unknown>>) as Promise<Ran<Row>>
}

/**
 * Statements that differ by what is known of a shape before they run: which columns are written, how many rows there
 * are. Each shape is built once.
 */
export function statements<Shape, Values extends object, Row>(
  keyOf: (shape: Shape) => string,
  make: (shape: Shape) => Statement<Values, Row>,
): (shape: Shape) => Statement<Values, Row> {
  const made = new Map<string, Statement<Values, Row>>()
  return (shape) => {
    const key = keyOf(shape)
    const known = made.get(key) ?? make(shape)
    made.set(key, known)
    return known
  }
}

/** A prepared query as one store runs it. */
export interface CompiledStatement {
  readonly query: CompiledQuery
  /** What goes into the places of its text. */
  parametersOf(values: Readonly<Record<string, unknown>>): readonly unknown[]
}

export type StatementCompiler = (query: PreparedQuery) => CompiledStatement

/** Compiles each prepared query once. */
export function statementCompiler({ kysely, dialect }: OpenStore): StatementCompiler {
  const known = new WeakMap<PreparedQuery, CompiledStatement>()
  return (query) => {
    const before = known.get(query)
    if (before !== undefined) return before
    const built = query.build(kysely, standIns, dialect)
    const compiled = compile('compile' in built ? built.compile() : built)
    known.set(query, compiled)
    return compiled
  }
}

function compile(query: CompiledQuery): CompiledStatement {
  const places = query.parameters.map((parameter) => ({
    name: parameter instanceof StandIn ? parameter.name : null,
    fixed: parameter,
  }))
  const isList = places.every(({ name }, at) => name === String(at))
  return {
    query,
    parametersOf: (values) =>
      isList && Array.isArray(values)
        ? values
        : places.map(({ name, fixed }) => (name === null ? fixed : values[name])),
  }
}

/** Stands in a query for the value of that name. */
class StandIn {
  readonly name: string
  constructor(name: string) {
    this.name = name
  }
  [Symbol.toPrimitive](): never {
    throw new TypeError(
      `The value "${this.name}" of a statement is known only when it runs: nothing is computed of it.`,
    )
  }
}

const standIns: object = new Proxy({}, { get: (_, name) => new StandIn(String(name)) })
