import type { Flavor, Image, PciRequest, ResourceGroup, ResourceRequest, TranslateOptions } from '@novakit/core'
import { pciRequestsOf, type PciAlias } from '../hardware/pci/alias.ts'
import type { Guest } from '../hardware/guest/spec.ts'
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
  { preFilters, pciAliases }: TranslatePolicy,
): ResourceRequest {
  const own = resourceRequestOf(flavor, image, options)
  const joined = withRequested(own, options.requested ?? [])
  const devices = devicesOf({ flavor, image }, options, pciAliases)
  const whole = devices === undefined ? joined : { ...joined, devices }
  return preFiltered(whole, { ...options, flavor, image }, preFilters)
}

/** What a policy says of translation. */
export interface TranslatePolicy {
  readonly preFilters: PreFilters
  readonly pciAliases: Readonly<Record<string, PciAlias>>
}

/** Those of the flavor and those of ports; left out where the flavor's cannot be read, for which a filter refuses it. */
function devicesOf(
  guest: Guest,
  { devices = [] }: TranslateOptions,
  aliases: TranslatePolicy['pciAliases'],
): readonly PciRequest[] | undefined {
  const own = pciRequestsOf(guest, aliases)
  if (own === null || own.length + devices.length === 0) return undefined
  return [...own, ...devices]
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
