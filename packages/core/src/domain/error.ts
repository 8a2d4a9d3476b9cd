/** What kind of surprise it is; only an HTTP edge turns this into a status. */
export type ErrorKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'over_quota'
  | 'too_large'
  | 'unsupported'
  | 'unavailable'
  | 'internal'

/** Whether trying again helps: never, the same call again, on another host, or after a while. */
export type Help = 'never' | 'same' | 'elsewhere' | 'later'

/** A permanent public code, `noun.what`: once released it keeps its meaning for ever. */
export type ErrorCode = `${string}.${string}`

/** What survives a crash and travels in messages: an error without its stack. */
export interface Problem {
  readonly code: ErrorCode
  readonly kind: ErrorKind
  readonly help: Help
  /** Safe to show to the tenant. */
  readonly message: string
  /** For the operator only; never sent to a tenant. JSON-able. */
  readonly detail?: unknown
}

const mark: unique symbol = Symbol.for('novakit:error') as never

/**
 * The one error type of the house. Recognise it with {@link isNovakitError}: `instanceof` fails where two copies of
 * the package are loaded.
 */
export class NovakitError extends Error implements Problem {
  readonly code: ErrorCode
  readonly kind: ErrorKind
  readonly help: Help
  readonly detail?: unknown
  readonly [mark] = true

  constructor(problem: Problem, cause?: unknown) {
    super(problem.message, cause === undefined ? undefined : { cause })
    this.name = 'NovakitError'
    this.code = problem.code
    this.kind = problem.kind
    this.help = problem.help
    if (problem.detail !== undefined) this.detail = problem.detail
  }
}

export function isNovakitError(value: unknown): value is NovakitError {
  return typeof value === 'object' && value !== null && mark in value
}

export function hasCode(value: unknown, code: ErrorCode): value is NovakitError {
  return isNovakitError(value) && value.code === code
}

/** The serialisable part of any thrown value; what is not ours becomes `internal.unexpected`. */
export function problemOf(thrown: unknown): Problem {
  if (isNovakitError(thrown)) {
    const { code, kind, help, message, detail } = thrown
    return { code, kind, help, message, ...(detail === undefined ? {} : { detail }) }
  }
  return {
    code: 'internal.unexpected',
    kind: 'internal',
    help: 'later',
    message: 'Something unexpected happened. The operator finds the cause in the log.',
    detail: thrown instanceof Error ? { name: thrown.name, text: thrown.message } : { text: String(thrown) },
  }
}

/** The part of a problem that a tenant may see. */
export function tenantView(problem: Problem): Problem {
  const { code, kind, help, message } = problem
  return { code, kind, help, message }
}

interface ErrorSpec<Facts> {
  readonly kind: ErrorKind
  readonly help: Help
  readonly message: (facts: Facts) => string
}

/** Makes the error; `detail` and `cause` are for the operator. */
export interface ErrorFactory<Facts> {
  (facts: Facts, extra?: { readonly detail?: unknown; readonly cause?: unknown }): NovakitError
  readonly code: ErrorCode
  readonly kind: ErrorKind
  readonly help: Help
}

type Factories<Specs> = {
  readonly [Name in keyof Specs]: Specs[Name] extends { message: (facts: infer Facts) => string }
    ? ErrorFactory<Facts>
    : never
}

/** Declares the errors of one noun. A file `errors.ts` beside the noun holds them; a test reads all such files. */
export function defineErrors<const Specs extends Record<string, ErrorSpec<any>>>(
  noun: string,
  specs: Specs,
): Factories<Specs> {
  const factories: Record<string, ErrorFactory<unknown>> = {}
  for (const [name, spec] of Object.entries(specs)) {
    const code: ErrorCode = `${noun}.${name}`
    const { kind, help } = spec
    const make: (...args: Parameters<ErrorFactory<unknown>>) => NovakitError = (facts, extra) =>
      new NovakitError(
        {
          code,
          kind,
          help,
          message: spec.message(facts),
          ...(extra?.detail === undefined ? {} : { detail: extra.detail }),
        },
        extra?.cause,
      )
    factories[name] = Object.assign(make, { code, kind, help })
  }
  return factories as Factories<Specs>
}
