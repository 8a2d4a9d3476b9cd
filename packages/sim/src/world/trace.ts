import type { Clock } from '@novakit/core'
import { createHash } from 'node:crypto'

/** What happened in a simulated cloud, in its order, and how often what is remarkable was reached. */
export interface Trace {
  /** One line: seconds since the beginning, who, what. */
  note(who: string, what: string): void
  /** Counts that something happened that tests want to have seen. */
  mark(name: string): void
  readonly lines: readonly string[]
  readonly marks: ReadonlyMap<string, number>
  /** Equal for equal lives: SHA-256 of all lines, as hex. */
  hash(): string
}

export function trace(clock: Clock): Trace {
  const start = clock.now()
  const lines: string[] = []
  const marks = new Map<string, number>()
  return {
    note: (who, what) => void lines.push(`${((clock.now() - start) / 1000).toFixed(3).padStart(8)} ${who}: ${what}`),
    mark: (name) => void marks.set(name, (marks.get(name) ?? 0) + 1),
    lines,
    marks,
    hash: () => createHash('sha256').update(lines.join('\n')).digest('hex'),
  }
}
