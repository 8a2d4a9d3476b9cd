import type { Flavor, Image, ResourceGroup, ResourceRequest, TranslateOptions } from '@novakit/core'
import { preFiltered, type PreFilters } from './pre-filters.ts'
import { resourceRequestOf } from './resource-request.ts'

/**
 * The whole way from a server to what is asked of Placement: flavor and image, then what its ports and accelerators
 * need, then the pre-filters. Source: nova/scheduler/utils.py, `resources_from_request_spec`.
 */
export function translate(
  flavor: Flavor,
  image: Image | null,
  options: TranslateOptions,
  preFilters: PreFilters,
): ResourceRequest {
  const own = resourceRequestOf(flavor, image, options)
  const joined = withRequested(own, options.requested ?? [])
  return preFiltered(joined, { ...options, flavor, image }, preFilters)
}

/**
 * Groups of ports and device profiles stand beside those of the flavor. Where the flavor did not have to say whether
 * groups share providers, they may (nova: `group_policy=none`).
 */
function withRequested(own: ResourceRequest, requested: readonly ResourceGroup[]): ResourceRequest {
  if (requested.length === 0) return own
  const suffixes = (groups: readonly ResourceGroup[]): number => groups.filter(({ suffix }) => suffix !== '').length
  const groups = [...own.groups, ...requested]
  const decided = own.groupPolicy ?? (suffixes(groups) >= 2 && suffixes(own.groups) <= 1 ? 'none' : null)
  return { ...own, groups, groupPolicy: decided }
}
