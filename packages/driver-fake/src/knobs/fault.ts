import { fakeErrors } from '../errors.ts'
import type { Call, CallName, Point } from './call.ts'
import type { Help, Random } from '@novakit/core'
import { NovakitError, problemOf } from '@novakit/core'

/** What a faulty call throws: an error of ours with `help` (default `elsewhere`), or whatever stands in `thrown`. */
export interface Failure {
  readonly help?: Help
  readonly thrown?: Error
}

/** One thing that goes wrong with one call. */
export type Fault =
  /** Throws before the step `at` (default `begin`): what earlier steps did stays done. */
  | ({ readonly kind: 'error'; readonly at?: Point } & Failure)
  /** Does all it was asked, then throws. */
  | ({ readonly kind: 'error-after-effect' } & Failure)
  /** Stands still before the step `at` (default `begin`) until the signal aborts or the test releases it. */
  | { readonly kind: 'hang'; readonly at?: Point }
  /** Throws at once and has its effect `after` so many milliseconds, or when the test releases it. */
  | ({ readonly kind: 'late-effect'; readonly after?: number } & Failure)
  /** Says that it went well, and does nothing. */
  | { readonly kind: 'no-effect' }

/** A fault for every call, one per call in their order (null: none), or chosen call by call. */
export type FaultPlan = Fault | readonly (Fault | null)[] | ((call: Call, random: Random) => Fault | null)

/** Plans by call name, or one function for all calls. */
export type Faults = Readonly<Partial<Record<CallName, FaultPlan>>> | ((call: Call, random: Random) => Fault | null)

/** The first `count` calls on each host go wrong, later ones do not. */
export function times(count: number, fault: Fault): FaultPlan {
  return Array.from({ length: count }, () => fault)
}

/** Each call goes wrong with this probability, drawn from the host's seeded stream. */
export function chance(probability: number, fault: Fault): FaultPlan {
  return (_call, random) => (random.next() < probability ? fault : null)
}

/** What the plans hold for this call. */
export function plannedFault(faults: Faults, call: Call, random: Random): Fault | null {
  if (typeof faults === 'function') return faults(call, random)
  const plan = faults[call.name]
  if (plan === undefined) return null
  if (typeof plan === 'function') return plan(call, random)
  return 'kind' in plan ? plan : (plan[call.nth - 1] ?? null)
}

/** Where it strikes. */
export function pointOf(fault: Fault): Point {
  switch (fault.kind) {
    case 'error':
    case 'hang':
      return fault.at ?? 'begin'
    case 'error-after-effect':
      return 'end'
    case 'late-effect':
    case 'no-effect':
      return 'begin'
  }
}

export function failureOf(failure: Failure, call: Call): Error {
  if (failure.thrown !== undefined) return failure.thrown
  const error = fakeErrors.injected({ call: call.name })
  return failure.help === undefined ? error : new NovakitError({ ...problemOf(error), help: failure.help })
}
