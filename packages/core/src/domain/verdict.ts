import type { Help } from './error.ts'

/** Why something expected to be refused was refused. */
export interface Reason {
  /** Stable and machine-readable, `noun.what`. */
  readonly code: string
  /** One sentence, safe for the tenant. */
  readonly message: string
  /** How much was missing, in the unit of what was asked for. */
  readonly shortBy?: number
  /** For the operator only. JSON-able. */
  readonly detail?: unknown
}

/** An expected answer as a value: yes, or no with its reason and what trying again would help. */
export type Verdict = { readonly ok: true } | { readonly ok: false; readonly reason: Reason; readonly help: Help }

export const yes: Verdict = Object.freeze({ ok: true })

export function no(reason: Reason, help: Help = 'elsewhere'): Verdict {
  return { ok: false, reason, help }
}
