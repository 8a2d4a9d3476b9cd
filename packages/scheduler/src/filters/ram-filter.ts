import { amountOf } from '../decide/amounts.ts'
import { aggregateRoomFilter, exactRoomFilter, roomFilter, type Resource } from './room.ts'

/** In MiB. */
const memory: Resource = {
  code: 'host.memory',
  noun: 'memory',
  ratioKey: 'ram_allocation_ratio',
  amountOf: (host) => amountOf(host, 'MEMORY_MB'),
  askedBy: ({ flavor }) => flavor.memory,
}

/** Source: nova/scheduler/filters/ram_filter.py and exact_ram_filter.py. */
export const ramFilter = roomFilter('RamFilter', memory)
export const aggregateRamFilter = aggregateRoomFilter('AggregateRamFilter', memory)
export const exactRamFilter = exactRoomFilter('ExactRamFilter', memory)
