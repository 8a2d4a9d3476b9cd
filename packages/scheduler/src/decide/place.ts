import { candidatesOf, shortageReason, type AllocationCandidate, type Shortage } from '@novakit/placement/candidates'
import type { HostState, ProviderState, RequestSpec } from '@novakit/core'
import type { StageVerdict } from './stage.ts'

/** As explanations call the stage that checks resources. */
export const PLACEMENT = 'Placement'

/** A host's room for a request: what to claim there, or what is short. */
export type Room = { readonly candidate: AllocationCandidate } | { readonly shortage: Shortage }

/** Of several ways to serve a request on one host the first is taken, as Nova does. */
export function roomOn(host: HostState, request: RequestSpec, sharing: readonly ProviderState[]): Room {
  const { candidates, shortage } = candidatesOf(host, request.resources, sharing, 1)
  if (shortage !== null) return { shortage }
  const [candidate] = candidates
  return candidate === undefined ? noRoom : { candidate }
}

/** A rebuild stays where it is and claims nothing. */
export const claimsNothing: Room = { candidate: { allocations: new Map(), mappings: new Map() } }

const noRoom: Room = { shortage: { code: 'placement.combination', group: null, classes: [], traits: [] } }

/** Why there is no room. A host is as far off as the greatest part of an amount asked for that it misses. */
export function roomVerdict(room: Room): StageVerdict {
  if ('candidate' in room) return null
  const parts = room.shortage.classes.map(({ shortBy, requested }) => shortBy / requested).filter((part) => part > 0)
  const distance = parts.length === 0 ? null : Math.max(...parts)
  return { reason: shortageReason(room.shortage), distance, cause: causeOf(room.shortage) }
}

/** Names what was asked for, which its tenant knows, and nothing of what hosts have. */
function causeOf(shortage: Shortage): string {
  const [short] = shortage.classes.toSorted((a, b) => b.shortBy / b.requested - a.shortBy / a.requested)
  if (short?.cause === 'capacity') return `has enough ${short.resourceClass}: ${short.requested} asked for.`
  if (short?.cause === 'no_inventory') return `has ${short.resourceClass}: ${short.requested} asked for.`
  if (short?.cause === 'unit') return `gives out ${short.resourceClass} in an amount of ${short.requested}.`
  if (shortage.traits.length > 0) return `meets the traits asked for: ${shortage.traits.join(', ')}.`
  return `has what was asked for: ${shortageReason(shortage).message}`
}
