import type { Decision, Explanation, RequestSpec, Scheduler, Snapshot } from '@novakit/core'
import { expect } from 'vitest'
import { filterScheduler } from '../filter-scheduler.ts'
import type { PolicyOptions } from '../policy/define-policy.ts'

export interface PlacedExpectation {
  /** The request's only server, or all of them, went to this host. */
  on(host: string): PlacedExpectation
  /** One host for each server, in the order of the request. */
  onEach(...hosts: readonly string[]): PlacedExpectation
  /** No server went to this host. */
  notOn(host: string): PlacedExpectation
  /** The first server's alternates, best first. */
  withAlternates(...hosts: readonly string[]): PlacedExpectation
}

export interface RefusedExpectation {
  /** At least one host fell for the reason with this code. */
  because(code: string): RefusedExpectation
  /** The filter, or `Placement`, that left no host. */
  at(stage: string): RefusedExpectation
  /** So many servers of the request had found a place. */
  after(fitted: number): RefusedExpectation
}

export interface PolicyExpectation {
  toPlace(request: RequestSpec): PlacedExpectation
  toRefuse(request: RequestSpec): RefusedExpectation
}

/**
 * What a policy does on a snapshot: `expectPolicy({ filters: […] }, snapshot([host('a')])).toPlace(request()).on('a')`.
 * Every failure shows the seed and why hosts were refused.
 * @param seed Default `novakit`
 */
export function expectPolicy(
  policy: PolicyOptions | Scheduler,
  snapshot: Snapshot,
  { seed = 'novakit' }: { readonly seed?: string } = {},
): PolicyExpectation {
  const scheduler = 'decide' in policy ? policy : filterScheduler(policy)
  return {
    toPlace: (request) => {
      const decision = scheduler.decide(snapshot, request, seed)
      const story = told(seed, scheduler.explain(snapshot, request, seed))
      if (decision.kind === 'refused') expect.fail(`expected a place, got none${told(seed, decision.explanation)}`)
      return placed(decision, story)
    },
    toRefuse: (request) => {
      const decision = scheduler.decide(snapshot, request, seed)
      if (decision.kind === 'refused') return refused(decision, told(seed, decision.explanation))
      return expect.fail(`expected a refusal, got ${hostsOf(decision).join(', ')} (seed ${seed})`)
    },
  }
}

function placed(decision: Decision, story: string): PlacedExpectation {
  const hosts = hostsOf(decision)
  const self: PlacedExpectation = {
    on: (host) => {
      expect([...new Set(hosts)], `hosts${story}`).toEqual([host])
      return self
    },
    onEach: (...expected) => {
      expect(hosts, `hosts${story}`).toEqual(expected)
      return self
    },
    notOn: (host) => {
      expect(hosts, `hosts${story}`).not.toContain(host)
      return self
    },
    withAlternates: (...expected) => {
      const alternates = decision.choices[0]?.alternates.map((each) => each.host)
      expect(alternates, `alternates${story}`).toEqual(expected)
      return self
    },
  }
  return self
}

function refused(decision: Extract<Decision, { kind: 'refused' }>, story: string): RefusedExpectation {
  const { stages } = decision.explanation
  const self: RefusedExpectation = {
    because: (code) => {
      expect(
        stages.flatMap((stage) => Object.keys(stage.refused)),
        `reasons${story}`,
      ).toContain(code)
      return self
    },
    at: (name) => {
      expect(stages.find((stage) => stage.after === 0)?.name, `stage${story}`).toBe(name)
      return self
    },
    after: (fitted) => {
      expect(decision.fitted, `servers that fitted${story}`).toBe(fitted)
      return self
    },
  }
  return self
}

function hostsOf(decision: Decision): readonly string[] {
  return decision.choices.map((choice) => choice.chosen.host)
}

/** The explanation in a few lines, for whoever reads a failed test. */
function told(seed: string, { stages, ranking, summary }: Explanation): string {
  const lines = [
    ...stages.map(({ name, before, after, refused }) => `${name}: ${before} → ${after} ${JSON.stringify(refused)}`),
    ...ranking.map(({ host, weight }) => `${host}: ${weight}`),
    summary,
  ]
  return ` (seed ${seed})\n  ${lines.join('\n  ')}\n`
}
