import { processorsOf } from '../decide/amounts.ts'
import { aggregateRoomFilter, exactRoomFilter, roomFilter, type Resource } from './room.ts'

/** In virtual processors. A node that reports none is taken to be unable to count them, and passes. */
const processors: Resource = {
  code: 'host.vcpus',
  noun: 'virtual processors',
  ratioKey: 'cpu_allocation_ratio',
  amountOf: (host) => {
    const amount = processorsOf(host)
    return amount.total > 0 ? amount : { total: Number.MAX_SAFE_INTEGER, used: 0, ratio: 1 }
  },
  askedBy: ({ flavor }) => flavor.vcpus,
}

/** Source: nova/scheduler/filters/core_filter.py and exact_core_filter.py. */
export const coreFilter = roomFilter('CoreFilter', processors)
export const aggregateCoreFilter = aggregateRoomFilter('AggregateCoreFilter', processors)
export const exactCoreFilter = exactRoomFilter('ExactCoreFilter', processors)
