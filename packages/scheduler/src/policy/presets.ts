import type { PolicyOptions } from './define-policy.ts'

/** What a preset has to say; the rest is Nova's defaults. */
type Preset = Pick<PolicyOptions, 'tieBreak' | 'normalisation'> & Required<Pick<PolicyOptions, 'filters' | 'weighers'>>

/**
 * Nova's `[filter_scheduler] enabled_filters` by default, what its API and its Placement query do for flavors and zones,
 * and the rule of our group policy `partition`, which says nothing of requests that Nova knows.
 */
const novaFilters = [
  'FlavorImageFilter',
  'ComputeFilter',
  'AvailabilityZoneFilter',
  'ComputeCapabilitiesFilter',
  'ImagePropertiesFilter',
  'ServerGroupAntiAffinityFilter',
  'ServerGroupAffinityFilter',
  'ServerGroupPartitionFilter',
]

/** All of Nova's that need no settings, in the order of its weight handler, with Nova's multipliers. */
const novaWeighers = [
  'ServerGroupSoftAffinityWeigher',
  'ServerGroupSoftAntiAffinityWeigher',
  'BuildFailureWeigher',
  'CPUWeigher',
  'CrossCellWeigher',
  'DiskWeigher',
  'HypervisorVersionWeigher',
  'ImagePropertiesWeigher',
  'IoOpsWeigher',
  'NumInstancesWeigher',
  'PCIWeigher',
  'RAMWeigher',
]

/** Hints of tenants that Nova passes over in silence unless the operator thinks of their filters. */
const hintFilters = ['SameHostFilter', 'DifferentHostFilter']

const packed = new Set(['CPUWeigher', 'DiskWeigher', 'RAMWeigher'])

/** Nova's, and what groups with a level need. */
const weighers = [...novaWeighers, 'ServerGroupAffinityRoomWeigher']

const packedWeighers = weighers.map((weigher) => (packed.has(weigher) ? { weigher, multiplier: -1 } : weigher))

export const presets = {
  /** Nova's policy, the filters of hints that it leaves off, and a weigher for groups with a level. */
  default: { filters: [...novaFilters, ...hintFilters], weighers },
  /** Nova as it comes, ties included: the first of equals. */
  nova: { filters: novaFilters, weighers: novaWeighers, tieBreak: 'first' },
  /** Fills hosts one after the other. */
  pack: {
    filters: [...novaFilters, ...hintFilters],
    weighers: packedWeighers,
  },
  /** As `default` and `pack`, on fixed scales: cheaper with many hosts, and a host's weight is its own. */
  spreading: { filters: [...novaFilters, ...hintFilters], weighers, normalisation: 'fixed' },
  packing: { filters: [...novaFilters, ...hintFilters], weighers: packedWeighers, normalisation: 'fixed' },
  /** Any host that is up and has room. Source: nova/scheduler/chance.py, removed in 19.0.0. */
  chance: { filters: ['ComputeFilter'], weighers: [] },
  /** Any host of the zone that is up and has room. Source: nova/scheduler/zone.py, removed in 2012.1. */
  zone: { filters: ['ComputeFilter', 'AvailabilityZoneFilter'], weighers: [] },
  /** The host with the fewest processors in use, up to 16. Source: nova/scheduler/simple.py, removed in 2013.1. */
  simple: { filters: ['ComputeFilter', 'MaxCoresFilter'], weighers: ['UsedCoresWeigher'], tieBreak: 'first' },
  /**
   * Nova's filters and weighers as of 18.0.0 on a list of hosts that is read once a minute. Every engine here follows
   * its cluster and needs no such list: only the filters of the time are left of it. Source:
   * nova/scheduler/caching_scheduler.py, removed in 19.0.0.
   */
  caching: { filters: ['RetryFilter', ...novaFilters], weighers: novaWeighers, tieBreak: 'first' },
} as const satisfies Readonly<Record<string, Preset>>

export type PresetName = keyof typeof presets
