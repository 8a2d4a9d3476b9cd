/** Amounts of classes by provider. */
export type Taking = Readonly<Record<string, Readonly<Record<string, number>>>>

/** What one consumer of a call asks for. */
export interface Want {
  readonly consumer: string
  readonly taking: Taking
  /** Counters of the ledger that it adds one to. */
  readonly counters: readonly string[]
}

/** One call as its caller saw it. Moments are nanoseconds of the machine's clock, the same for all processes. */
export interface Note {
  readonly call: 'claim' | 'release'
  readonly wants: readonly Want[]
  readonly began: number
  readonly ended: number
  /** `done`, the kind of the refusal, or what was thrown. */
  readonly outcome: string
}

/** What there is: capacity by provider and class, and what every counter may hold. */
export interface Stock {
  readonly capacity: Taking
  readonly counterMax: number
}
