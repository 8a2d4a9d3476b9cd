import type { Candidate, HostState, ProviderId, Resources } from '@novakit/core'
import type { Rules } from '../decide/survey.ts'

/**
 * A host as a candidate.
 * @param flat what is taken of a host without child providers, where that is known without a search
 */
export function candidateOf(host: HostState, flat: Resources | null, rules: () => Rules, weight: number): Candidate {
  const { provider, host: name, node, cell } = host
  if (flat !== null && host.children.length === 0) {
    const allocations = new Map<ProviderId, Resources>([[provider, flat]])
    const mappings = new Map([['', [provider]]])
    return { provider, host: name, node, cell, allocations, mappings, weight }
  }
  const room = rules().room(host)
  if ('candidate' in room) return { provider, host: name, node, cell, ...room.candidate, weight }
  throw new RangeError(`host ${name} passed without room`)
}
