import type { Choice, Decision, DecisionOverlay, Delta, RequestSpec, SchedulingEngine, Snapshot } from '@novakit/core'

/** What an engine was told and what it answered, in order. */
export type LogEntry =
  | { readonly kind: 'snapshot'; readonly snapshot: Snapshot }
  | { readonly kind: 'delta'; readonly delta: Delta }
  | { readonly kind: 'hold'; readonly key: string; readonly choices: readonly Choice[] }
  | { readonly kind: 'release'; readonly key: string }
  | {
      readonly kind: 'decision'
      readonly request: RequestSpec
      readonly seed: string
      readonly over?: DecisionOverlay
      readonly decision: Decision
    }

/** The engine, and every word of it to `write`: one line of JSON for each. */
export function logged(engine: SchedulingEngine, write: (line: string) => void): SchedulingEngine {
  const note = (entry: LogEntry): void => write(lineOf(entry))
  return {
    get version() {
      return engine.version
    },
    reset: (snapshot) => {
      engine.reset(snapshot)
      note({ kind: 'snapshot', snapshot })
    },
    apply: (delta) => {
      engine.apply(delta)
      note({ kind: 'delta', delta })
    },
    hold: (key, choices) => {
      engine.hold(key, choices)
      note({ kind: 'hold', key, choices })
    },
    release: (key) => {
      engine.release(key)
      note({ kind: 'release', key })
    },
    decide: (request, seed, over) => {
      const decision = engine.decide(request, seed, over)
      note({ kind: 'decision', request, seed, ...(over === undefined ? {} : { over }), decision })
      return decision
    },
  }
}

/** A decision that came out otherwise. */
export interface Difference {
  /** Of its line, from 1. */
  readonly line: number
  readonly was: Decision
  readonly is: Decision
}

export interface Replay {
  readonly decisions: number
  readonly differences: readonly Difference[]
}

/**
 * Tells an engine all that the log holds and compares its answers, bit by bit. Under the policy of then there is no
 * difference; under another one the differences are what it would have changed.
 */
export function replay(engine: SchedulingEngine, lines: Iterable<string>): Replay {
  const differences: Difference[] = []
  let decisions = 0
  let line = 0
  for (const text of lines) {
    line++
    if (text.trim() === '') continue
    const entry = entryOf(text)
    if (entry.kind === 'snapshot') engine.reset(entry.snapshot)
    if (entry.kind === 'delta') engine.apply(entry.delta)
    if (entry.kind === 'hold') engine.hold(entry.key, entry.choices)
    if (entry.kind === 'release') engine.release(entry.key)
    if (entry.kind !== 'decision') continue
    decisions++
    const is = engine.decide(entry.request, entry.seed, entry.over)
    if (jsonOf(is) !== jsonOf(entry.decision)) differences.push({ line, was: entry.decision, is })
  }
  return { decisions, differences }
}

export function lineOf(entry: LogEntry): string {
  return jsonOf(entry)
}

/** @throws SyntaxError unless it is JSON */
export function entryOf(line: string): LogEntry {
  return JSON.parse(line, (_, value: unknown) => fromJson(value)) as LogEntry
}

const MAP = '$map'
const SET = '$set'
const NUMBER = '$number'

/** JSON with what it has no words for: Maps, Sets, and numbers that are none. */
function jsonOf(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) => {
    if (each instanceof Map) return { [MAP]: [...each] }
    if (each instanceof Set) return { [SET]: [...each] }
    if (typeof each === 'number' && (!Number.isFinite(each) || Object.is(each, -0))) {
      return { [NUMBER]: Object.is(each, -0) ? '-0' : String(each) }
    }
    return each
  })
}

function fromJson(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Object.keys(value).length !== 1) return value
  const { [MAP]: map, [SET]: set, [NUMBER]: number } = value as Readonly<Record<string, unknown>>
  if (Array.isArray(map)) return new Map(map as [unknown, unknown][])
  if (Array.isArray(set)) return new Set(set)
  return typeof number === 'string' ? Number(number) : value
}
