import { amountOf } from '../decide/amounts.ts'
import { aggregateRoomFilter, exactRoomFilter, roomFilter, type Resource } from './room.ts'

/** In GiB. Swap counts to the MiB, unlike in a claim; the root disk not at all if it is a volume. */
const disk: Resource = {
  code: 'host.disk',
  noun: 'disk space',
  ratioKey: 'disk_allocation_ratio',
  amountOf: (host) => amountOf(host, 'DISK_GB'),
  askedBy: ({ flavor, bootFromVolume }) => (bootFromVolume ? 0 : flavor.disk) + flavor.ephemeral + flavor.swap / 1024,
}

/** Source: nova/scheduler/filters/disk_filter.py and exact_disk_filter.py. */
export const diskFilter = roomFilter('DiskFilter', disk)
export const aggregateDiskFilter = aggregateRoomFilter('AggregateDiskFilter', disk)
export const exactDiskFilter = exactRoomFilter('ExactDiskFilter', disk)
