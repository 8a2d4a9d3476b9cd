/** A seeded stream. `fork` gives a stream of its own, so that one more draw here changes nothing there. */
export interface Random {
  readonly seed: string
  /** In [0, 1). */
  next(): number
  /** Whole, in [0, below). */
  below(below: number): number
  /** Not for secrets. */
  bytes(count: number): Uint8Array
  fork(stream: string): Random
}
