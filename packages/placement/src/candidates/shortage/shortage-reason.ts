import type { Reason } from '@novakit/core'
import type { Shortage, ShortageCode } from '../types.ts'

const sentences: Readonly<Record<ShortageCode, string>> = {
  'placement.root_traits': 'The host lacks a required trait or has a forbidden one.',
  'placement.in_tree': 'The host is not in the provider tree that was asked for.',
  'placement.aggregates': 'The host is not in the aggregates that were asked for.',
  'placement.traits': 'No provider of the host has the traits that were asked for.',
  'placement.no_inventory': 'The host has none of a resource that was asked for.',
  'placement.unit': 'The host does not give out a resource in the amount that was asked for.',
  'placement.capacity': 'The host has not enough left.',
  'placement.combination': 'The host can serve each part of the request, but not all of them together.',
  'placement.too_many_combinations': 'The request can be served in more ways than the scheduler may try.',
}

/** A shortage as a reason: the sentence is for the tenant and names no class or provider, the detail for the operator. */
export function shortageReason(shortage: Shortage): Reason {
  const shortBy = shortage.classes[0]?.shortBy
  return {
    code: shortage.code,
    message: sentences[shortage.code],
    ...(shortBy === undefined ? {} : { shortBy }),
    detail: shortage,
  }
}
