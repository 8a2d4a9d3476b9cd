import { id, yes, type HostState, type Verdict } from '@novakit/core'
import { describe, expect, it } from 'vitest'
import { isVerdict, type Filter } from '../decide/filter.ts'
import { expectAgreement } from './agreement.ts'
import { host } from './hosts.ts'
import { asked, type Question } from './stage-world.ts'

/** A question, and the answer: `yes`, or the code of the reason. */
export interface FilterCase extends Question {
  readonly answers: 'yes' | (string & {})
  /** Of the reason, where the filter says by how much. */
  readonly shortBy?: number
}

/**
 * A filter's table of cases, sentence → question and answer; and what holds for every filter: it changes nothing of
 * what it is given (frozen here), answers the same question the same way, its sentences name no host, and an engine that
 * goes by what it `reads` decides as a scan does.
 */
export function describeFilter(filter: Filter, cases: Readonly<Record<string, FilterCase>>): void {
  describe(filter.name, () => {
    for (const [title, each] of Object.entries(cases)) {
      it(title, () => {
        const verdict = answerOf(filter, each)
        expect(verdict.ok ? 'yes' : verdict.reason.code).toBe(each.answers)
        if (each.shortBy !== undefined) expect(verdict).toMatchObject({ reason: { shortBy: each.shortBy } })
      })
    }

    it.each(Object.entries(cases))('answers with one well-formed verdict: %s', (_, each) => {
      const verdict = answerOf(filter, each)
      expect(isVerdict(verdict)).toBe(true)
      expect(answerOf(filter, each)).toEqual(verdict)
      if (verdict.ok) return
      expect(verdict.reason.code).toMatch(/^[a-z_]+\.[a-z_]+$/)
      expect(verdict.reason.message).toMatch(/^[A-Z].*\.$/)
    })

    it.each(Object.entries(cases))('names no host to the tenant: %s', (_, each) => {
      const subject: HostState = { ...(each.host ?? host('subject')), host: id('secret-1'), node: id('secret-2') }
      const verdict = answerOf(filter, { ...each, host: subject })
      expect(verdict.ok ? '' : verdict.reason.message).not.toContain('secret')
    })

    it('is remembered by an engine as it answers', () => {
      expectAgreement({ filters: [filter], weighers: [] }, Object.values(cases))
    })
  })
}

/** As a decision asks: not at all, if the filter says that it has nothing to say. */
function answerOf(filter: Filter, question: Question): Verdict {
  const { host, request, view } = asked(question)
  return filter.applies?.(request, view) === false ? yes : filter.check(host, request, view)
}
