import { describe, expect, it } from 'vitest'
import type { Weigher } from '../decide/weigher.ts'
import { expectAgreement } from './agreement.ts'
import { asked, type Question } from './stage-world.ts'

/** A question, and the raw score. */
export interface WeigherCase extends Question {
  readonly scores: number
}

/**
 * A weigher's table of cases, sentence → question and score; and what holds for every weigher: it changes nothing of
 * what it is given (frozen here), scores the same host the same, and finitely, and an engine that goes by
 * what it `reads` ranks as a scan does.
 */
export function describeWeigher(weigher: Weigher, cases: Readonly<Record<string, WeigherCase>>): void {
  describe(weigher.name, () => {
    it.each(Object.entries(cases))('%s', (_, each) => {
      const score = scoreOf(weigher, each)
      expect(score).toBe(each.scores)
      expect(scoreOf(weigher, each)).toBe(score)
    })

    it.each(Object.entries(cases))('scores finitely: %s', (_, each) => {
      expect(Number.isFinite(scoreOf(weigher, each))).toBe(true)
      expect(Math.abs(weigher.multiplier)).toBeLessThanOrEqual(1e12)
    })

    it.each(['relative', 'fixed'] as const)(
      'is remembered by an engine as it scores, on a %s scale',
      (normalisation) => {
        const weighers = [{ weigher, multiplier: weigher.multiplier === 0 ? 1 : weigher.multiplier }]
        expectAgreement({ filters: [], weighers, normalisation }, Object.values(cases))
      },
    )
  })
}

/** 0 for a request that the weigher has no preference about. */
function scoreOf(weigher: Weigher, question: Question): number {
  const { host, request, view } = asked(question)
  return weigher.applies?.(request, view) === false ? 0 : weigher.score(host, request, view)
}
