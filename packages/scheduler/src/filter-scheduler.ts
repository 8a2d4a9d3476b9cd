import type { Scheduler } from '@novakit/core'
import { decide } from './decide/decide.ts'
import { explain } from './decide/explain.ts'
import { indexedEngine } from './engine/indexed-engine.ts'
import { definePolicy, type PolicyOptions } from './policy/define-policy.ts'
import { translate } from './translate/translate.ts'

/**
 * A scheduler that filters, checks room, weighs and picks, under one policy. Without options: Nova's defaults.
 * @throws `scheduler.unknown_filter`, `scheduler.unknown_weigher`, `scheduler.invalid_policy`
 */
export function filterScheduler(options: PolicyOptions = {}): Scheduler {
  const policy = definePolicy(options)
  return {
    name: policy.name,
    translate: (flavor, image, options) => translate(flavor, image, options, policy),
    decide: (snapshot, request, seed) => decide(policy, snapshot, request, seed),
    explain: (snapshot, request, seed) => explain(policy, snapshot, request, seed),
    engine: () => indexedEngine(policy),
  }
}
