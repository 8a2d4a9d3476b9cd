/** Structured lines. Secrets never reach it: they are `Sealed`. */
export interface Log {
  debug(message: string, facts?: Readonly<Record<string, unknown>>): void
  info(message: string, facts?: Readonly<Record<string, unknown>>): void
  warn(message: string, facts?: Readonly<Record<string, unknown>>): void
  error(message: string, facts?: Readonly<Record<string, unknown>>): void
  /** A log whose lines all carry these facts. */
  with(facts: Readonly<Record<string, unknown>>): Log
}
