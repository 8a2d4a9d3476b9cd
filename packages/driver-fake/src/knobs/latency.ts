import type { CallName, StepName } from './call.ts'
import type { Millis, Random } from '@novakit/core'
import { millis } from '@novakit/core'

/** Milliseconds: always the same, or drawn evenly from a range with both ends in it. */
export type Span = number | { readonly min: number; readonly max: number }

/** `spawn` is waited for before the call does anything; `spawn.start` before that step of it. */
export type LatencyKey = 'default' | CallName | `${CallName}.${StepName}`

/** One span for every call, or spans by call and step; `default` serves calls that are not named. */
export type Latency = Span | Readonly<Partial<Record<LatencyKey, Span>>>

export function isSpan(latency: Latency): latency is Span {
  return typeof latency === 'number' || 'min' in latency
}

export function callLatency(latency: Latency, name: CallName, random: Random): Millis {
  if (isSpan(latency)) return drawSpan(latency, random)
  return drawSpan(latency[name] ?? latency.default ?? 0, random)
}

export function stepLatency(latency: Latency, name: CallName, step: StepName, random: Random): Millis {
  return isSpan(latency) ? millis(0) : drawSpan(latency[`${name}.${step}`] ?? 0, random)
}

export function drawSpan(span: Span, random: Random): Millis {
  if (typeof span === 'number') return millis(span)
  return millis(span.min + random.below(span.max - span.min + 1))
}
