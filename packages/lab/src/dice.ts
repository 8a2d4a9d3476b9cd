/** Draws from a seed; the same seed gives the same draws. Not for secrets. */
export interface Dice {
  /** In [0, 1). */
  share(): number
  /** Whole, in [0, below). */
  below(below: number): number
}

/** mulberry32 (Tommy Ettinger) from an FNV-1a hash of the seed, so that streams for several uses hang on no other. */
export function dice(seed: string): Dice {
  let state = 0x811c9dc5
  for (let at = 0; at < seed.length; at++) state = Math.imul(state ^ seed.charCodeAt(at), 0x01000193)
  const share = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return { share, below: (below) => Math.floor(share() * below) }
}

/** In an order in which every one is as likely (Fisher and Yates). */
export function shuffled<T>(list: readonly T[], { below }: Dice): T[] {
  const order = [...list]
  for (let at = order.length - 1; at > 0; at--) {
    const other = below(at + 1)
    const moved = order[at] as T
    order[at] = order[other] as T
    order[other] = moved
  }
  return order
}
