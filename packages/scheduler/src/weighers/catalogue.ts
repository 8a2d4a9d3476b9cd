import { z } from 'zod'
import type { Weigher } from '../decide/weigher.ts'
import { balancedWeigher } from './balanced-weigher.ts'
import { bestFitWeigher } from './best-fit-weigher.ts'
import { buildFailureWeigher } from './build-failure-weigher.ts'
import { clusteringOptions, clusteringWeigher } from './clustering-weigher.ts'
import { cpuWeigher } from './cpu-weigher.ts'
import { crossCellWeigher } from './cross-cell-weigher.ts'
import { devicePackingOptions, devicePackingWeigher } from './device-packing-weigher.ts'
import { diskWeigher } from './disk-weigher.ts'
import { dotProductWeigher } from './dot-product-weigher.ts'
import { fragmentationWeigher, fragmentationWeigherOptions } from './fragmentation-weigher.ts'
import { hypervisorVersionWeigher } from './hypervisor-version-weigher.ts'
import { imagePropertiesWeigher } from './image-properties-weigher.ts'
import { ioOpsWeigher } from './io-ops-weigher.ts'
import { l2Weigher } from './l2-weigher.ts'
import { metricsWeigher } from './metrics-weigher.ts'
import { numInstancesWeigher } from './num-instances-weigher.ts'
import { pciWeigher } from './pci-weigher.ts'
import { ramWeigher } from './ram-weigher.ts'
import { serverGroupAffinityRoomWeigher } from './server-group-affinity-room-weigher.ts'
import { serverGroupSoftAffinityWeigher } from './server-group-soft-affinity-weigher.ts'
import { serverGroupSoftAntiAffinityWeigher } from './server-group-soft-anti-affinity-weigher.ts'
import { usedCoresWeigher } from './used-cores-weigher.ts'
import { vectorOptions } from './vector-options.ts'

/** A weigher that policies can name: how its options are read, and what they make. */
export interface WeigherKind {
  readonly options: z.ZodType
  make(options: never): Weigher
}

const share = z.number().min(-1e9).max(1e9)
const shares = z.record(z.string().min(1).max(255), share)

const withOptions = <Options>(options: z.ZodType<Options>, make: (options: Options) => Weigher): WeigherKind => ({
  options,
  make,
})

/** Every weigher by its name, which is Nova's class name where Nova has it. */
export const weigherCatalogue: ReadonlyMap<string, WeigherKind> = new Map([
  ...plain(
    buildFailureWeigher,
    cpuWeigher,
    crossCellWeigher,
    diskWeigher,
    hypervisorVersionWeigher,
    ioOpsWeigher,
    numInstancesWeigher,
    pciWeigher,
    ramWeigher,
    serverGroupAffinityRoomWeigher,
    serverGroupSoftAffinityWeigher,
    serverGroupSoftAntiAffinityWeigher,
    usedCoresWeigher,
  ),
  ['BalancedWeigher', withOptions(vectorOptions, balancedWeigher)],
  ['BestFitWeigher', withOptions(vectorOptions, bestFitWeigher)],
  ['DotProductWeigher', withOptions(vectorOptions, dotProductWeigher)],
  ['L2Weigher', withOptions(vectorOptions, l2Weigher)],
  ['ClusteringWeigher', withOptions(clusteringOptions, clusteringWeigher)],
  ['DevicePackingWeigher', withOptions(devicePackingOptions, devicePackingWeigher)],
  ['FragmentationWeigher', withOptions(fragmentationWeigherOptions, fragmentationWeigher)],
  ['ImagePropertiesWeigher', withOptions(z.strictObject({ weights: shares.exactOptional() }), imagePropertiesWeigher)],
  [
    'MetricsWeigher',
    withOptions(
      z.strictObject({ ratios: shares.exactOptional(), weightOfUnavailable: share.exactOptional() }),
      metricsWeigher,
    ),
  ],
])

function plain(...weighers: readonly Weigher[]): readonly (readonly [string, WeigherKind])[] {
  return weighers.map((weigher) => [weigher.name, { options: z.strictObject({}), make: () => weigher }])
}
