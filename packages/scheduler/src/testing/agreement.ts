import { id } from '@novakit/core'
import { expect } from 'vitest'
import { decide } from '../decide/decide.ts'
import { indexedEngine } from '../engine/indexed-engine.ts'
import { definePolicy, type PolicyOptions } from '../policy/define-policy.ts'
import { host, snapshot } from './hosts.ts'
import { request } from './requests.ts'
import type { Question } from './stage-world.ts'

/**
 * That an engine, which remembers answers by what a filter or weigher says it `reads`, decides as if it remembered
 * nothing: all requests of a table, twice, on a cluster of all its hosts. A failure names the seed.
 */
export function expectAgreement(options: PolicyOptions, questions: readonly Question[]): void {
  const policy = definePolicy({ ...options, rankingSize: 5 })
  const hosts = questions.flatMap((question) => [question.host ?? host('subject'), ...(question.others ?? [])])
  const cluster = snapshot(
    hosts.map((each, at) => ({ ...each, provider: id(`node-${at}`), node: id(`node-${at}`) })),
    {
      aggregates: questions.flatMap(({ aggregates = [] }) => aggregates),
      groups: questions.flatMap(({ groups = [] }) => groups),
    },
  )
  const engine = indexedEngine(policy)
  engine.reset(cluster)
  for (const round of ['first', 'again']) {
    for (const [at, question] of questions.entries()) {
      const asked = question.request ?? request()
      const seed = `${round}-${at}`
      const told = `an engine and a scan differ (seed ${seed}): does \`reads\` name all that is read?`
      expect(engine.decide(asked, seed), told).toEqual(decide(policy, cluster, asked, seed))
    }
  }
}
