import type { RequestSpec, Snapshot } from '@novakit/core'
import { applyRemedy, decide, definePolicy, remedyFor, type Case, type PolicyOptions } from '@novakit/scheduler'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { clusters, policies, requests } from '../engine/histories.ts'

const numRuns = process.env['NOVAKIT_LONG'] === '1' ? 5000 : 120

const isPlaced = ({ policy, snapshot, request }: Case, seed: string): boolean =>
  decide(policy, snapshot, request, seed).kind === 'placed'

/** So many hosts that there is something to choose from, and few enough to be asked often. */
const few = (snapshot: Snapshot): Snapshot => ({ ...snapshot, hosts: snapshot.hosts.slice(0, 12) })

it('what is said to let a request through does so, and less of it does not', () => {
  let refused = 0
  let known = 0
  const told = (options: PolicyOptions, cluster: Snapshot, request: RequestSpec, seed: string): void => {
    const given: Case = { policy: definePolicy(options), snapshot: few(cluster), request }
    const remedy = remedyFor(given, seed)
    if (isPlaced(given, seed)) {
      expect(remedy).toEqual({ changes: [] })
      return
    }
    refused++
    if (remedy === null) return
    known++
    expect(isPlaced(applyRemedy(given, remedy.changes), seed)).toBe(true)
    for (let at = 0; at < remedy.changes.length; at++) {
      const rest = remedy.changes.toSpliced(at, 1)
      expect(isPlaced(applyRemedy(given, rest), seed)).toBe(false)
    }
  }
  fc.assert(fc.property(policies, clusters, requests, fc.string({ maxLength: 4 }), told), { numRuns })
  expect(refused).toBeGreaterThan(numRuns / 10)
  expect(known / refused).toBeGreaterThan(0.9)
}, 3_600_000)
