import type { Plan } from './plan.ts'

/** Counts single things of each kind, and lets those pass that the plan does not leave out. */
export interface Gate {
  /** @param what for the trace */
  happens(kind: string, what: string): boolean
  /** All that happened, by number: what can be left out of a plan. */
  readonly acts: readonly string[]
}

export function gate({ without }: Plan, note: (who: string, what: string) => void): Gate {
  const left = new Set(without)
  const counts = new Map<string, number>()
  const acts: string[] = []
  return {
    happens: (kind, what) => {
      const count = (counts.get(kind) ?? 0) + 1
      counts.set(kind, count)
      const act = `${kind}#${count}`
      if (left.has(act)) return false
      acts.push(act)
      note(act, what)
      return true
    },
    acts,
  }
}
