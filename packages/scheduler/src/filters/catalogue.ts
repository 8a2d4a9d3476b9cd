import { z } from 'zod'
import type { Filter } from '../decide/filter.ts'
import { aggregateImagePropertiesIsolation } from './aggregate-image-properties-isolation.ts'
import { aggregateInstanceExtraSpecsFilter } from './aggregate-instance-extra-specs.ts'
import { aggregateMultiTenancyIsolation } from './aggregate-multi-tenancy-isolation.ts'
import { aggregateTypeAffinityFilter } from './aggregate-type-affinity-filter.ts'
import { allHostsFilter } from './all-hosts-filter.ts'
import { availabilityZoneFilter } from './availability-zone-filter.ts'
import { computeCapabilitiesFilter } from './compute-capabilities-filter.ts'
import { computeFilter } from './compute-filter.ts'
import { aggregateCoreFilter, coreFilter, exactCoreFilter } from './core-filter.ts'
import { differentHostFilter } from './different-host-filter.ts'
import { aggregateDiskFilter, diskFilter, exactDiskFilter } from './disk-filter.ts'
import { flavorImageFilter } from './flavor-image-filter.ts'
import { imagePropertiesFilter } from './image-properties-filter.ts'
import { aggregateIoOpsFilter, ioOpsFilter } from './io-ops-filter.ts'
import { isolatedHostsFilter } from './isolated-hosts-filter.ts'
import { jsonFilter } from './json-filter.ts'
import { maxCoresFilter } from './max-cores-filter.ts'
import { metricsFilter } from './metrics-filter.ts'
import { aggregateNumInstancesFilter, numInstancesFilter } from './num-instances-filter.ts'
import { numaTopologyFilter } from './numa-topology-filter.ts'
import { pciPassthroughFilter } from './pci-passthrough-filter.ts'
import { aggregateRamFilter, exactRamFilter, ramFilter } from './ram-filter.ts'
import { retryFilter } from './retry-filter.ts'
import { sameHostFilter } from './same-host-filter.ts'
import { serverGroupAffinityFilter } from './server-group-affinity-filter.ts'
import { serverGroupAntiAffinityFilter } from './server-group-anti-affinity-filter.ts'
import { serverGroupPartitionFilter } from './server-group-partition-filter.ts'
import { simpleCidrAffinityFilter } from './simple-cidr-affinity-filter.ts'
import { typeAffinityFilter } from './type-affinity-filter.ts'

/** A filter that policies can name: how its options are read, and what they make. */
export interface FilterKind {
  readonly options: z.ZodType
  make(options: never): Filter
}

const name = z.string().min(1).max(255)
const names = z.array(name).max(10_000)
const atMost = z.int().min(1).max(1_000_000)

const withOptions = <Options>(options: z.ZodType<Options>, make: (options: Options) => Filter): FilterKind => ({
  options,
  make,
})

/** Every filter by its name, which is Nova's class name. */
export const filterCatalogue: ReadonlyMap<string, FilterKind> = new Map([
  ...plain(
    aggregateCoreFilter,
    aggregateDiskFilter,
    aggregateInstanceExtraSpecsFilter,
    aggregateMultiTenancyIsolation,
    aggregateRamFilter,
    aggregateTypeAffinityFilter,
    allHostsFilter,
    computeCapabilitiesFilter,
    computeFilter,
    coreFilter,
    differentHostFilter,
    diskFilter,
    exactCoreFilter,
    exactDiskFilter,
    exactRamFilter,
    flavorImageFilter,
    jsonFilter,
    pciPassthroughFilter,
    ramFilter,
    retryFilter,
    sameHostFilter,
    serverGroupAffinityFilter,
    serverGroupAntiAffinityFilter,
    serverGroupPartitionFilter,
    simpleCidrAffinityFilter,
    typeAffinityFilter,
  ),
  [
    'AggregateImagePropertiesIsolation',
    withOptions(
      z.strictObject({ namespace: name.exactOptional(), separator: name.exactOptional() }),
      aggregateImagePropertiesIsolation,
    ),
  ],
  [
    'AggregateIoOpsFilter',
    withOptions(z.strictObject({ maxIoOpsPerHost: atMost.exactOptional() }), aggregateIoOpsFilter),
  ],
  [
    'AggregateNumInstancesFilter',
    withOptions(z.strictObject({ maxInstancesPerHost: atMost.exactOptional() }), aggregateNumInstancesFilter),
  ],
  [
    'AvailabilityZoneFilter',
    withOptions(z.strictObject({ defaultZone: name.exactOptional() }), availabilityZoneFilter),
  ],
  [
    'ImagePropertiesFilter',
    withOptions(z.strictObject({ defaultArchitecture: name.exactOptional() }), imagePropertiesFilter),
  ],
  ['IoOpsFilter', withOptions(z.strictObject({ maxIoOpsPerHost: atMost.exactOptional() }), ioOpsFilter)],
  [
    'IsolatedHostsFilter',
    withOptions(
      z.strictObject({
        isolatedHosts: names.exactOptional(),
        isolatedImages: names.exactOptional(),
        restrictIsolatedHostsToIsolatedImages: z.boolean().exactOptional(),
      }),
      isolatedHostsFilter,
    ),
  ],
  ['NUMATopologyFilter', withOptions(z.strictObject({ pack: z.boolean().exactOptional() }), numaTopologyFilter)],
  ['MaxCoresFilter', withOptions(z.strictObject({ maxCores: atMost.exactOptional() }), maxCoresFilter)],
  ['MetricsFilter', withOptions(z.strictObject({ metrics: names.exactOptional() }), metricsFilter)],
  [
    'NumInstancesFilter',
    withOptions(z.strictObject({ maxInstancesPerHost: atMost.exactOptional() }), numInstancesFilter),
  ],
])

function plain(...filters: readonly Filter[]): readonly (readonly [string, FilterKind])[] {
  return filters.map((filter) => [filter.name, { options: z.strictObject({}), make: () => filter }])
}
