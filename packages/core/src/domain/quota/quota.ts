import type { Flavor } from '../flavor/flavor.ts'

/** What is counted and limited (nova/conf/quota.py). */
export const quotaResources = [
  'instances',
  'cores',
  'ram',
  'key_pairs',
  'server_groups',
  'server_group_members',
  'metadata_items',
] as const
export type QuotaResource = (typeof quotaResources)[number]

/** -1 is "without limit". `ram` is in MiB. */
export const UNLIMITED = -1

/** Nova's defaults. */
export const defaultLimits: Readonly<Record<QuotaResource, number>> = {
  instances: 10,
  cores: 20,
  ram: 51_200,
  key_pairs: 100,
  server_groups: 10,
  server_group_members: 10,
  metadata_items: 128,
}

export interface QuotaUsage {
  readonly resource: QuotaResource
  readonly limit: number
  readonly used: number
}

/** What one server counts for. */
export type ServerCharge = Readonly<Record<'instances' | 'cores' | 'ram', number>>

export function chargeOf({ vcpus, memory }: Flavor): ServerCharge {
  return { instances: 1, cores: vcpus, ram: memory }
}
