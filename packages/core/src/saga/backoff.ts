import type { Millis } from '../domain/unit/units.ts'

/** How long to wait between tries: doubling from `first` up to `most`, each spread by half. */
export interface Backoff {
  readonly first: Millis
  readonly most: Millis
}

/** @param draw in [0, 1) */
export function backoff({ first, most }: Backoff, tries: number, draw: number): Millis {
  const full = Math.min(most, first * 2 ** Math.min(tries - 1, 30))
  return Math.round(full * (0.5 + draw / 2)) as Millis
}
